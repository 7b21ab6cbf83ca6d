import { expect, test } from 'vitest';
import { explainPip } from './pip-install.ts';

test.each([
  ['ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device', 'disk is full'],
  ['WARNING: Retrying … NewConnectionError(… Temporary failure in name resolution)', 'cannot be reached'],
  ['SSLError(SSLCertVerificationError(1, "certificate verify failed"))', 'PIP_CERT'],
  ['ERROR: No matching distribution found for torch==2.13.0', 'DARKROOM_PYTHON'],
  ['ERROR: something new', 'something new'],
])('%s', (line, text) => {
  const explained = explainPip(`\n$ python -m pip install torch\n${line}\n`, 'setup.log');
  expect(explained).toContain(text);
  expect(explained).toContain('setup.log');
});

test('only the last command counts', () => {
  const log = '\n$ first\nNo space left on device\n\n$ second\nERROR: something new\n';
  expect(explainPip(log, 'setup.log')).not.toContain('disk is full');
});
