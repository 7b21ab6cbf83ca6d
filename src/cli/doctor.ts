import { z } from 'zod';
import type { Config } from '../config.ts';
import { commandConfig } from './command-config.ts';
import { checkAddress } from './doctor/check-address.ts';
import { checkDataFolder, checkLoras, checkModels } from './doctor/check-files.ts';
import { checkPython } from './doctor/check-python.ts';
import { checkImageLibrary, checkNode } from './doctor/check-runtime.ts';
import { checkServer } from './doctor/check-server.ts';
import { checkShared } from './doctor/check-shared.ts';
import { type Finding, findingLine } from './doctor/finding.ts';

const optionsSchema = z.object({ json: z.boolean().default(false), server: z.url().optional() });

/** `darkroom doctor`: every check with its remedy. Exit code 1 when something keeps Darkroom from working. */
export async function doctor(given: unknown): Promise<void> {
  const { json, server } = optionsSchema.parse(given);
  const findings: Finding[] = [];
  for await (const finding of server === undefined
    ? localFindings(commandConfig())
    : await checkServer(server, process.env.DARKROOM_API_KEY)) {
    findings.push(finding);
    if (!json) console.log(findingLine(finding));
  }
  const isWrong = findings.some(({ state }) => state === 'wrong');
  if (json) console.log(JSON.stringify(findings, null, 2));
  else
    console.log(
      isWrong ? '\nSomething has to be mended first: see the arrows.' : '\nAll that is needed is there.',
    );
  process.exitCode = isWrong ? 1 : 0;
}

/** One after the other, so that each line appears as soon as it is known. */
async function* localFindings(config: Config): AsyncGenerator<Finding> {
  yield checkNode();
  yield await checkImageLibrary();
  yield* await checkPython(config);
  yield* await checkModels(config);
  yield checkLoras(config);
  yield* await checkDataFolder(config);
  yield* await checkShared(config);
  yield* await checkAddress(config);
}
