import { assertNever } from '../../errors/assert-never.ts';
import type { JobEvent } from '../../jobs/job-event.ts';
import type { SentEvent } from '../kit/event-stream.ts';
import { inNative } from './names.ts';
import {
  type AnswerContext,
  failureResponse,
  imageResponse,
  progressResponse,
  videoResponse,
} from './response.ts';
import { statusWord } from './status-word.ts';

/** A job event as it is sent: its type is the event's name, its sequence the id to come back with. */
export function toSentEvent(event: JobEvent, context: AnswerContext): SentEvent {
  const about = { request_id: event.job, at: event.at.toISOString() };
  return { event: event.type, id: String(event.sequence), data: { ...about, ...eventData(event, context) } };
}

/** The words of one event, without what all of them have. */
export function eventData(event: JobEvent, context: AnswerContext): object {
  switch (event.type) {
    case 'queued':
      return { position: event.position };
    case 'started':
      return { attempt: event.attempt };
    case 'progress':
      return progressResponse(event.progress);
    case 'preview':
      return {
        prompt: event.call,
        step: event.step,
        width: event.width,
        height: event.height,
        image: `data:image/png;base64,${event.image}`,
      };
    case 'output':
      return {
        image: imageResponse(event.job, event.output, context),
        video: videoResponse(event.job, event.output, context),
      };
    case 'warning':
      return { message: inNative(event.message) };
    case 'held':
      return {};
    case 'epoch':
      return { ...event.epoch };
    case 'ended':
      return {
        status: statusWord(event.state),
        ...failureResponse(event.error),
        result_url: context.links.to(`/v1/requests/${event.job}/result`),
      };
    default:
      return assertNever(event);
  }
}
