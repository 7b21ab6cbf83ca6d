/**
 * The command line. Each command lives in `cli/` and is loaded only when it runs, so that `darkroom --help` and the
 * small commands do not wait for the server's code.
 */
import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { Command } from 'commander';
import environmentPaths from 'env-paths';
import { reportFailure } from './cli/report-failure.ts';
import { packageVersion } from './python/package-root.ts';

// What the commands load is compiled once. A folder that cannot be written is no error.
enableCompileCache(path.join(environmentPaths('darkroom', { suffix: '' }).cache, 'compiled'));

/** For an option that may be given several times: its values in order. */
const repeated = (value: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];

const program = new Command('darkroom')
  .description(
    'Run the LoRAs you trained with ai-toolkit, and get the pictures the training previews promised.',
  )
  .version(packageVersion())
  .showHelpAfterError('(add --help for what is accepted)');

program
  .command('serve')
  .description('start the HTTP server; every setting of docs/settings.md can be given in the environment')
  .option('--host <address>', 'address to listen on (HOST)')
  .option('--port <number>', 'port to listen on, 0 for a free one (PORT)')
  .option('--data <folder>', 'data folder (DARKROOM_DATA)')
  .option('--loras <folder>', 'folder of your LoRA files (WORKFLOWS_BASE_PATH)')
  .option('--device <name>', 'cuda, cuda:1, mps, cpu or auto; several: cuda:0,cuda:1 (DEVICES)')
  .option('--no-worker', 'take requests only; `darkroom worker` processes render (needs DATABASE_URL)')
  .addOption(program.createOption('--engine <kind>').choices(['python', 'stand-in']).hideHelp())
  .action(async (options: unknown) => (await import('./cli/serve.ts')).serve(options));

program
  .command('worker')
  .description('only render: run the requests of a server that shares DATABASE_URL, from any machine')
  .option('--port <number>', 'port that answers /health, /ready and /metrics (WORKER_PORT)')
  .option('--data <folder>', 'data folder for caches and scratch files (DARKROOM_DATA)')
  .option(
    '--loras <folder>',
    'folder of your LoRA files, looked in before the shared ones (WORKFLOWS_BASE_PATH)',
  )
  .option('--device <name>', 'cuda, cuda:1, mps, cpu or auto; several: cuda:0,cuda:1 (DEVICES)')
  .addOption(program.createOption('--engine <kind>').choices(['python', 'stand-in']).hideHelp())
  .action(async (options: unknown) => (await import('./cli/worker.ts')).worker(options));

program
  .command('render')
  .description('render one picture or video without a server')
  .requiredOption('--prompt <text>', 'what to render')
  .option('--model <id>', 'model id; `darkroom models` lists them', 'demo')
  .option('--lora <path[:scale]>', 'LoRA file, with its strength; repeat it to stack several', repeated)
  .option('--lora-high <path[:scale]>', 'LoRA for the high-noise side (Wan 2.2 14B)', repeated)
  .option('--lora-low <path[:scale]>', 'LoRA for the low-noise side (Wan 2.2 14B)', repeated)
  .option('--prompt-flags', "read flags such as --w 512 in the prompt, as the trainer's previews do")
  .option('--negative <text>', 'negative prompt')
  .option('--trigger <word>', 'replaces [trigger] and [name] in the prompt')
  .option('--seed <number>', 'seed; -1 draws one')
  .option('--steps <number>', 'denoising steps')
  .option('--guidance <number>', 'guidance scale')
  .option('--guidance-rescale <number>', '0 to 1 (SDXL)')
  .option('--do-cfg-norm <yes|no>', 'keep the length of the prediction (Qwen-Image-Edit-2509 and later)')
  .option('--width <pixels>')
  .option('--height <pixels>')
  .option('--frames <number>', 'frames of a video')
  .option('--fps <number>', 'frames per second of a video')
  .option('--high', 'twice the size, for models that can')
  .option('--kv-cache <yes|no>', 'as the LoRA was trained (Krea 2 edit)')
  .option('--match-target-res <yes|no>', 'as the LoRA was trained (Krea 2 edit)')
  .option(
    '--tiled-decoding <yes|no>',
    'as previews were made with low_vram, on models whose previews can (TILED_DECODING)',
  )
  .option('--control <file>', 'control image; repeat it for several', repeated)
  .option(
    '--image <file>',
    'picture to begin with (image to image); its shape is kept where no size is given',
  )
  .option('--mask <file>', 'what is white in it is painted anew in --image, what is black is kept')
  .option('--strength <number>', '0 to 1: how little is left of --image (default: 0.8)')
  .option('--control-orientation <upright|as_stored>', 'whether EXIF orientation turns pictures')
  .option(
    '--output <file>',
    '.png, .jpg or .webp, .mp4 for video models (default: darkroom.png, darkroom.mp4)',
  )
  .option('--device <name>', 'cuda, cuda:1, mps, cpu or auto (DEVICES; of several the first)')
  .action(async (options: unknown) => (await import('./cli/render.ts')).render(options));

program
  .command('setup')
  .description(
    'install PyTorch, diffusers and what else renders; serve, worker and render do it by themselves',
  )
  .action(async () => (await import('./cli/setup.ts')).setUpCommand());

const models = program
  .command('models')
  .description(
    'list the base models with their defaults; below, the models of the registry of a running server',
  )
  .option('--json', 'every fact of every model, as JSON')
  .action(async (options: unknown) => (await import('./cli/models.ts')).listModels(options));

const registryModels = () => import('./cli/registry-models.ts');
const onServer = (command: Command): Command =>
  command.option('--server <url>', 'of the running server (default: http://127.0.0.1:8000)');

onServer(models.command('list'))
  .description('list the models of the registry')
  .option('--deleted', 'those that can be restored')
  .option('--search <text>', 'part of the name')
  .option('--json', 'as JSON')
  .action(async (_: unknown, command: Command) =>
    (await registryModels()).listRegistryModels(command.optsWithGlobals()),
  );

onServer(models.command('show'))
  .description('show a model with its epochs, and what a request calls them')
  .argument('<id>', 'model_…')
  .option('--json', 'as JSON')
  .action(async (id: unknown, _: unknown, command: Command) =>
    (await registryModels()).showRegistryModel(id, command.optsWithGlobals()),
  );

onServer(models.command('delete'))
  .description('delete a model; it can be restored for a while')
  .argument('<id>', 'model_…')
  .action(async (id: unknown, options: unknown) => (await registryModels()).deleteRegistryModel(id, options));

onServer(models.command('restore'))
  .description('take a deleted model back')
  .argument('<id>', 'model_…')
  .action(async (id: unknown, options: unknown) =>
    (await registryModels()).restoreRegistryModel(id, options),
  );

onServer(models.command('download'))
  .description('write a model with its previews as a ZIP file')
  .argument('<id>', 'model_…')
  .option('--epoch <step>', 'epoch of this step (default: the one that is rendered with)')
  .option('--output <file>', 'where to write it')
  .action(async (id: unknown, options: unknown) =>
    (await registryModels()).downloadRegistryModel(id, options),
  );

onServer(program.command('import'))
  .description('take a LoRA or the job folder of ai-toolkit into the registry of a running server')
  .argument('<source>', 'a .safetensors file, a folder of ai-toolkit, a URL, or hf:owner/repo[/file]')
  .option('--base <id>', 'base model that it was trained on, where the file does not say')
  .option('--name <text>', 'name of the model')
  .option('--trigger <word>', 'its trigger word')
  .option('--model <id>', 'add it to this model of the registry')
  .option('--tag <word>', 'a tag; repeat it for several', repeated)
  .option('--no-dataset', 'without the training set that a job folder names')
  .option('--watch', 'go on until the training of the folder has ended, with each epoch as it is saved')
  .option('--json', 'as JSON')
  .action(async (source: unknown, options: unknown) =>
    (await import('./cli/import.ts')).importCommand(source, options),
  );

program
  .command('train')
  .description('train a LoRA on pictures, on a running server or, where none runs, in this command')
  .argument('[pictures...]', 'a zip or tar, a folder, picture files with captions beside them, or URLs')
  .option('--base <id>', 'base model; `darkroom models` lists them')
  .option('--model <id>', 'a LoRA of the registry that is trained again, in place of --base')
  .option('--trigger <word>', 'the word that calls what is trained')
  .option('--name <text>', 'name of the LoRA (default: the trigger word)')
  .option('--steps <number>', 'updates of the weights (default: by the model and the set)')
  .option('--rank <number>', 'rank of the LoRA')
  .option('--lr <number>', 'learning rate')
  .option('--batch <number>', 'pictures of one pass')
  .option('--resolution <pixels>', 'side of a square of as many pixels; repeat it for several', repeated)
  .option('--save-every <steps>', 'steps between epochs (default: a tenth of all)')
  .option('--keep <number>', 'epochs that stay, the newest ones (default: all)')
  .option('--sample <prompt>', 'what is rendered with each epoch; repeat it for several', repeated)
  .option('--seed <number>', 'seed of the training (default: drawn)')
  .option('--pairs <folder>', 'for models that edit: what the pictures of the same file names are made from')
  .option('--skip-bad', 'leave out files that cannot be used')
  .option('--output <file>', 'where the LoRA is written (default: its name)')
  .option('--follow <id>', 'go on following a training')
  .option('--extend <id>', 'train on for more --steps from where a training has ended')
  .option('--cancel <id>', 'cancel a training')
  .option('--server <url>', 'of a running server (default: http://127.0.0.1:8000 if it answers)')
  .option('--json', 'print the training as JSON at its end, and write no file')
  .action(async (pictures: unknown, options: unknown) =>
    (await import('./cli/train.ts')).trainCommand(pictures, options),
  );

program
  .command('replay')
  .description(
    'make pictures of Darkroom again from what they say of themselves, and say how near that comes',
  )
  .argument('<file...>', 'PNG, JPEG, WebP or MP4 files as Darkroom wrote them')
  .option('--server <url>', 'of a running server (default: http://127.0.0.1:8000 if it answers)')
  .option('--output <file>', 'where the new file is written; a folder, of several')
  .option('--strict', 'end with 1 for rounding, too')
  .option('--find <folder>', 'where to look for LoRAs and control pictures that are missing')
  .option('--json', 'as JSON')
  .action(async (files: unknown, options: unknown) =>
    (await import('./cli/replay.ts')).replayCommand(files, options),
  );

program
  .command('verify')
  .description('say whether the previews of a training are what its LoRAs render, and if not, why')
  .argument('<job>', 'the folder of a job of ai-toolkit, or the id of a training of the server')
  .option('--steps <which>', 'all, last, or numbers with commas between them', 'all')
  .option('--prompts <indexes>', 'only these, with commas between them')
  .option('--model <id>', 'the base model, where the job does not name one')
  .option('--explain <depth>', 'off, quick (up to 12 renders) or full (up to 240)', 'quick')
  .option('--out <folder>', 'where report.html and report.json are written')
  .option('--json', 'as JSON')
  .option('--junit <file>', 'a JUnit report for continuous integration')
  .option('--min-psnr <decibels>', 'what passes, in place of the usual bar')
  .option('--server <url>', 'of a running server (default: http://127.0.0.1:8000 if it answers)')
  .action(async (job: unknown, options: unknown) =>
    (await import('./cli/verify.ts')).verifyCommand(job, options),
  );

program
  .command('sheet')
  .description(
    'render a contact sheet, on a running server or, where none runs, in this command: docs/sheets.md',
  )
  .argument('<file>', 'JSON with the body of POST /v1/sheets')
  .option('--out <folder>', 'where picture, manifest, cells and a page are written (default: sheet)')
  .option('--dry-run', 'only say what it would take')
  .option('--loras <folder>', 'folder of the LoRA files, where no server runs (WORKFLOWS_BASE_PATH)')
  .option('--server <url>', 'of a running server (default: http://127.0.0.1:8000 if it answers)')
  .option('--json', 'print the sheet as JSON at its end')
  .action(async (file: unknown, options: unknown) =>
    (await import('./cli/sheet.ts')).sheetCommand(file, options),
  );

program
  .command('loras')
  .description('look at LoRA files')
  .command('inspect')
  .description('say what a LoRA is: family, rank, alpha, what it changes, trigger words, training')
  .argument(
    '<lora...>',
    '.safetensors files, folders of PEFT, URLs, or hf:owner/repo[/file]; of those only the header is fetched',
  )
  .option('--model <id>', 'say whether it fits this model and what of it would be ignored')
  .option('--json', 'as JSON')
  .action(async (files: unknown, options: unknown) =>
    (await import('./cli/loras.ts')).inspectLoras(files, options),
  );

const keys = program.command('keys').description('say who may use the server; see docs/keys.md');

keys
  .command('create')
  .description('make a key, and show it once')
  .requiredOption('--name <text>', 'who or what it is for')
  .option('--scope <scope>', 'read, write or admin', 'write')
  .option('--project <handle>', 'project of the registry that it acts in (default: local)')
  .option('--server <url>', 'of a running server, with an admin key in DARKROOM_API_KEY')
  .option('--data <folder>', 'data folder (DARKROOM_DATA)')
  .option('--json', 'as JSON')
  .action(async (options: unknown) => (await import('./cli/keys.ts')).createKeyCommand(options));

keys
  .command('list')
  .description('list the keys, without what they are')
  .option('--server <url>', 'of a running server, with an admin key in DARKROOM_API_KEY')
  .option('--data <folder>', 'data folder (DARKROOM_DATA)')
  .option('--json', 'as JSON')
  .action(async (options: unknown) => (await import('./cli/keys.ts')).listKeysCommand(options));

keys
  .command('revoke')
  .description('make a key open nothing from now on')
  .argument('<id>', 'its id in the list')
  .option('--server <url>', 'of a running server, with an admin key in DARKROOM_API_KEY')
  .option('--data <folder>', 'data folder (DARKROOM_DATA)')
  .action(async (id: unknown, options: unknown) =>
    (await import('./cli/keys.ts')).revokeKeyCommand(id, options),
  );

keys
  .command('reset')
  .description('forget every key, so that a server on this machine only is open again')
  .option('--data <folder>', 'data folder (DARKROOM_DATA)')
  .action(async (options: unknown) => (await import('./cli/keys.ts')).resetKeysCommand(options));

program
  .command('doctor')
  .description('check this installation, and say how to mend what is not right')
  .option(
    '--server <url>',
    'check a running server instead, with a key in DARKROOM_API_KEY where it needs one',
  )
  .option('--json', 'as JSON')
  .action(async (options: unknown) => (await import('./cli/doctor.ts')).doctor(options));

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
}
