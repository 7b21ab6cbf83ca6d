/** How far two pictures of RGBA bytes are apart, times `gain`, as such a picture; and the figures of it. */
export function amplified(one: Uint8ClampedArray, other: Uint8ClampedArray, gain: number) {
  const data = new Uint8ClampedArray(one.length);
  let largest = 0;
  let apart = 0;
  for (let at = 0; at < one.length; at += 4) {
    let most = 0;
    for (let channel = at; channel < at + 3; channel += 1) {
      const distance = Math.abs((one[channel] ?? 0) - (other[channel] ?? 0));
      data[channel] = distance * gain;
      if (distance > most) most = distance;
    }
    data[at + 3] = 255;
    if (most > largest) largest = most;
    if (most > 2) apart += 1;
  }
  return { data, largest, share: apart / (one.length / 4) };
}
