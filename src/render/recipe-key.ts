import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import { pipelineKey } from './pipeline-spec.ts';
import type { Adapter, Call } from './plan.ts';
import type { StoredRender } from './stored-render.ts';

/**
 * Name of how an output is made: equal for two calls that give the same file, whatever requests they are of. What LoRAs are called
 * and LoRAs of strength 0 do not count. A LoRA whose hash is not known yet counts by its name, so that such a call is like no other
 * output that there is.
 */
export function recipeKey({ plan, output }: Pick<StoredRender, 'plan' | 'output'>, call: Call): string {
  const { index: _index, scales: _scales, ...made } = call;
  const format = call.output === 'video' ? 'mp4' : output.format;
  const adapters = plan.adapters.flatMap((adapter, place) => {
    const scale = call.scales?.[place] ?? adapter.scale;
    return scale === 0 ? [] : [adapterIdentity(adapter, scale)];
  });
  const quality = format === 'jpeg' || format === 'webp' ? output.quality : null;
  const whole = { pipeline: pipelineKey(plan.pipeline), adapters, call: made, format, quality };
  return createHash('sha256').update(canonicalJson(whole)).digest('hex');
}

function adapterIdentity(
  { name, sha256, source: _source, ignored: _ignored, ...rest }: Adapter,
  scale: number,
) {
  return { ...rest, scale, file: sha256 ?? `name ${name}` };
}
