/** `npm run page-looks`: takes what `tests/nightly/page-looks.test.ts` compares every screen of the page with. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { packageRoot } from '../src/python/package-root.ts';
import { openBrowser } from '../tests/harness/browser.ts';
import { madeWith, openLooksServer, takeLooks } from '../tests/support/page-looks.ts';
import { setUpOrExit } from './setup.ts';
import { setUpBrowserOrExit } from './test/set-up-browser.ts';

await setUpOrExit({ tests: true });
setUpBrowserOrExit();
const folder = path.join(packageRoot(), 'tests', 'nightly', 'looks');
const browser = await openBrowser();
const server = await openLooksServer();
try {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(
    path.join(folder, 'made-with.json'),
    `${JSON.stringify(await madeWith(browser), null, 2)}\n`,
  );
  for await (const { name, png } of takeLooks(browser, server)) {
    await sharp(png)
      .webp({ lossless: true, effort: 4 })
      .toFile(path.join(folder, `${name}.webp`));
    console.log(name);
  }
} finally {
  await browser.close();
  await server.remove();
}
