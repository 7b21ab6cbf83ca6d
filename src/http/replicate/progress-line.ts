/** ` 46%|####6     | 13/28 [00:03<00:03, 4.20it/s]`, in the form of tqdm, which the official clients parse. */
export function progressLine(done: number, all: number, seconds: number): string {
  const share = all === 0 ? 1 : done / all;
  const bar = '#'.repeat(Math.floor(share * 10)).padEnd(10);
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? clock((all - done) / rate) : '?';
  const speed = rate > 0 ? rate.toFixed(2) : '?';
  return `${String(Math.floor(share * 100)).padStart(3)}%|${bar}| ${done}/${all} [${clock(seconds)}<${left}, ${speed}it/s]`;
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
}
