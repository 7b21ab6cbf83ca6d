import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleStop } from 'lucide-react';
import { useEffect } from 'react';
import { requestQuery } from '../api/outputs.ts';
import { toProblem } from '../api/problem.ts';
import { cancel } from '../api/requests.ts';
import { useMay } from '../api/session.ts';
import { lookAt } from '../live/follow.ts';
import { etaText, hasEnded, type LiveRequest, phaseText } from '../live/live-request.ts';
import { updateLive, useLive } from '../live/live-store.ts';
import { Button } from '../parts/button.tsx';
import { Problem } from '../parts/problem.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { toast } from '../parts/toast.tsx';
import { Full } from '../picture/picture.tsx';
import { FirstRun } from './first-run.tsx';
import css from './stage.module.css';
import { type OnStage, showOnStage, useStage } from './stage-store.ts';
import { useRender } from './use-render.ts';

/** The picture, as large as there is room; while it is made, how far it is. */
export function Stage() {
  const stage = useStage();
  if (stage === null) return <FirstRun />;
  return stage.kind === 'picture' ? (
    <OnePicture request={stage.name.request_id} index={stage.name.index} />
  ) : (
    <Rendering stage={stage} />
  );
}

function OnePicture({ request, index }: { request: string; index: number }) {
  const { data, error, refetch } = useQuery(requestQuery(request));
  const picture = data?.outputs.find((output) => output.index === index);
  return (
    <div className={css.stage}>
      {error !== null && <Problem problem={toProblem(error)} onRetry={() => void refetch()} />}
      {picture && <Full picture={picture} className={css.picture} />}
    </div>
  );
}

function Rendering({ stage }: { stage: Extract<OnStage, { kind: 'request' }> }) {
  const live = useLive(stage.id);
  const queries = useQueryClient();
  const { send } = useRender();
  const ended = live !== null && hasEnded(live);
  const only = stage.prompts.length === 1;
  useEffect(() => {
    if (live === null) void lookAt(stage.id, queries).catch(() => {});
  }, [live, stage.id, queries]);
  useEffect(() => {
    if (ended && only && live?.outputs.length === 1)
      showOnStage({ kind: 'picture', name: { request_id: stage.id, index: live.outputs[0]?.index ?? 0 } });
  }, [ended, only, live, stage.id]);
  if (live === null) return <div className={css.stage} />;
  return (
    <>
      <div className={css.stage} data-many={!only || undefined}>
        {stage.prompts.map((prompt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: prompts keep their places, and may be equal.
          <Cell key={`${index}:${prompt}`} live={live} index={index} prompt={prompt} stage={stage} />
        ))}
      </div>
      {live.error !== null && (
        <div className={css.foot}>
          <Problem problem={toProblem(new Error(live.error.message))} onRetry={send} />
        </div>
      )}
      {live.status === 'canceled' && <p className={css.foot}>Canceled. What was finished before is kept.</p>}
      {!ended && <Bar live={live} />}
    </>
  );
}

interface CellProps {
  live: LiveRequest;
  index: number;
  prompt: string;
  stage: { id: string; width: number; height: number };
}

/** The place of one prompt: nothing yet, a preview at the final size, the picture. */
function Cell({ live, index, prompt, stage }: CellProps) {
  const output = live.outputs.find((made) => made.index === index);
  const preview = live.previews[index];
  const shape = output ?? stage;
  if (output !== undefined)
    return (
      <button
        type="button"
        className={css.cell}
        onClick={() => showOnStage({ kind: 'picture', name: { request_id: live.id, index } })}
      >
        <Full
          className={css.picture}
          picture={{
            request_id: live.id,
            index,
            width: output.width,
            height: output.height,
            recipe: null,
            kind: output.format === 'mp4' ? 'video' : 'image',
          }}
        />
      </button>
    );
  return (
    <div className={css.cell}>
      {preview === undefined ? (
        <svg
          className={css.blank}
          viewBox={`0 0 ${shape.width} ${shape.height}`}
          role="img"
          aria-label={`Not made yet: ${prompt}`}
        >
          <rect width="100%" height="100%" fill="var(--raised)" />
        </svg>
      ) : (
        <img
          className={css.preview}
          src={preview}
          width={shape.width}
          height={shape.height}
          alt={`In the making: ${prompt}`}
        />
      )}
    </div>
  );
}

function Bar({ live }: { live: LiveRequest }) {
  const mayCancel = useMay('write');
  const stop = () => {
    updateLive(live.id, { stopping: true });
    cancel(live.id).catch((error: unknown) => {
      updateLive(live.id, { stopping: false });
      toast(toProblem(error).message, { look: 'bad' });
    });
  };
  const eta = etaText(live.progress?.eta_seconds ?? null);
  return (
    <div className={css.bar}>
      <ProgressBar
        label="Rendering"
        fraction={live.progress?.fraction ?? 0}
        waits={live.status === 'in_queue'}
      />
      <div className={css.barLine}>
        <span>{phaseText(live)}</span>
        {eta !== null && <span className={css.eta}>{eta}</span>}
        {mayCancel && (
          <Button look="quiet" isDisabled={live.stopping} onPress={stop}>
            <CircleStop size={15} aria-hidden />
            Cancel
          </Button>
        )}
      </div>
    </div>
  );
}
