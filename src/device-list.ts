/** The devices of DEVICES, in its order, with a name each: `cuda:0`, `cpu:1`. */

const known = /^(auto|cpu(:\d{1,3})?|mps|cuda(:\d{1,3})?)$/;

/**
 * Names as they are given, but for several CPUs, which are numbered. Throws an Error that says what is wrong with a list: a
 * device that there is not, a GPU named twice, `auto` beside others. Whether a device is in this machine is for torch to say.
 */
export function parseDevices(text: string): string[] {
  const given = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  if (given.length === 0) throw new Error('names no device: use cuda:0, cuda:1, …, mps, cpu or auto');
  const unknown = given.find((name) => !known.test(name));
  if (unknown !== undefined)
    throw new Error(`has "${unknown}", which is no device: use cuda:0, cuda:1, …, mps, cpu or auto`);
  if (given.length > 1 && given.includes('auto'))
    throw new Error('has auto beside others: auto is the one best device, so name the devices instead');
  const names = numberCpus(given);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(
      `has ${twice} twice: one engine uses all of a device${twice.startsWith('cpu') ? '; write cpu,cpu for two engines on the CPU' : ''}`,
    );
  return given.length === 1 ? given : names;
}

/** `cpu,cpu` is `cpu:0,cpu:1`. A plain `cuda` is the first one. */
function numberCpus(given: readonly string[]): string[] {
  const isOneCpu = given.filter((name) => name.startsWith('cpu')).length === 1;
  let next = 0;
  return given.map((name) => {
    if (name === 'cuda') return 'cuda:0';
    if (name !== 'cpu' || isOneCpu) return name;
    while (given.includes(`cpu:${next}`)) next += 1;
    return `cpu:${next++}`;
  });
}
