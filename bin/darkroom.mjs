#!/usr/bin/env node
import { isCheckout, runFile } from './run.mjs';

runFile(isCheckout ? 'src/main.ts' : 'dist/main.js', process.argv.slice(2));
