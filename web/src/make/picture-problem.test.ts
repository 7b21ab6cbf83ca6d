import { expect, test } from 'vitest';
import { pictureProblem } from './picture-problem.ts';

test.each([
  [{ width: 63, height: 500 }, 'sides from 64'],
  [{ width: 64, height: 600 }, 'up to 8 times'],
  [{ width: 64, height: 512 }, null],
])('%o', (size, said) => {
  const problem = pictureProblem(size, { side: 64, aspect: 8 });
  if (said === null) expect(problem).toBeNull();
  else expect(problem).toContain(said);
});
