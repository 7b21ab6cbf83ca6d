#!/usr/bin/env node
import { runTypeScript } from '../scripts/run.mjs';

runTypeScript('src/main.ts', process.argv.slice(2));
