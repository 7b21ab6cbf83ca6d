import { DarkroomError } from '../errors/darkroom-error.ts';

export function requestNotFound(id: string): DarkroomError {
  return new DarkroomError(
    'REQUEST_NOT_FOUND',
    `There is no request ${id}. Ids are those that the request was answered with; finished requests are removed after the retention time.`,
  );
}
