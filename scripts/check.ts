/** `npm run check`: what can be known without running the product. Exits 1 when a step fails. */
import { runSteps } from './check/run-steps.ts';
import { checkSteps } from './check/steps.ts';
import { setUpOrExit } from './setup.ts';

const python = await setUpOrExit({ tests: true });
process.exitCode = runSteps(checkSteps(python)).length === 0 ? 0 : 1;
