/** The events of a prediction as the clients follow them. They know `output`, `logs`, `error` and `done`, and raise at any other. */
import type { Job } from '../../../jobs/job.ts';
import type { JobEvent } from '../../../jobs/job-event.ts';
import type { SentEvent } from '../../kit/event-stream.ts';
import type { EventWording } from '../../kit/follow-job.ts';
import type { Links } from '../../kit/links.ts';
import { inReplicate } from '../names.ts';
import { outputUrl } from '../prediction-answer.ts';
import { logHead, stepsDone } from '../prediction-logs.ts';
import { progressLine } from '../progress-line.ts';
import type { SentPrediction } from '../sent-prediction.ts';

interface Told {
  event: string;
  data: string;
}

/** For one stream, since lines are said once. */
export function streamWording(job: Job, sent: SentPrediction, links: Links): EventWording {
  const said = new Set<string>();
  const all = sent.steps * job.units;
  let began: Date | null = null;

  function logs(lines: readonly string[]): Told[] {
    const fresh = lines.filter((line) => !said.has(line));
    for (const line of fresh) said.add(line);
    return fresh.length === 0 ? [] : [{ event: 'logs', data: fresh.join('\n') }];
  }

  function told(event: JobEvent): Told[] {
    switch (event.type) {
      case 'queued':
        return logs(logHead(job, sent));
      case 'started':
        began ??= event.at;
        return logs(logHead(job, sent));
      case 'warning':
        return logs([inReplicate(event.message)]);
      case 'progress': {
        const seconds = (event.at.getTime() - (began ?? event.at).getTime()) / 1000;
        return logs([progressLine(Math.min(all, stepsDone(event.progress, sent.steps)), all, seconds)]);
      }
      case 'output':
        return [{ event: 'output', data: outputUrl(job, event.output, links) }];
      case 'ended':
        return ended(event);
      case 'preview':
      case 'held':
      case 'epoch':
        return [];
    }
  }

  return (event): SentEvent[] => {
    const id = `${event.at.getTime()}:${event.sequence}`;
    return told(event).map((one) => ({ ...one, id, isPlain: true }));
  };
}

function ended(event: Extract<JobEvent, { type: 'ended' }>): Told[] {
  const done = (reason: object) => ({ event: 'done', data: JSON.stringify(reason) });
  if (event.state === 'succeeded') return [done({})];
  if (event.state === 'canceled') return [done({ reason: 'canceled' })];
  const detail = event.error === null ? 'The prediction failed.' : inReplicate(event.error.message);
  return [{ event: 'error', data: JSON.stringify({ detail }) }, done({ reason: 'error' })];
}
