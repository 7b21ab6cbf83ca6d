import { queryOptions } from '@tanstack/react-query';
import { type Answer, api, type Sent, unwrap } from './client.ts';

export type Training = Answer<'getTraining'>;
export type LossPoint = Answer<'getTrainingLoss'>['points'][number];

/** How often one that runs is looked at, beside its events. */
const lookAgainMs = 4000;
const hasEnded = (status: Training['status']): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'canceled';

export const trainingsQuery = queryOptions({
  queryKey: ['trainings', 'list'],
  queryFn: async () =>
    (await unwrap(api.GET('/v1/trainings', { params: { query: { limit: 100 } } }))).trainings,
});

export const trainingQuery = (training_id: string) =>
  queryOptions({
    queryKey: ['trainings', training_id],
    queryFn: () => unwrap(api.GET('/v1/trainings/{training_id}', { params: { path: { training_id } } })),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.status) ? false : lookAgainMs),
  });

export const lossQuery = (training_id: string, isRunning: boolean) =>
  queryOptions({
    queryKey: ['trainings', training_id, 'loss'],
    queryFn: async () =>
      (await unwrap(api.GET('/v1/trainings/{training_id}/loss', { params: { path: { training_id } } })))
        .points,
    refetchInterval: isRunning ? lookAgainMs : false,
  });

/** Settings, set and samples; they never change. */
export const detailsQuery = (training_id: string) =>
  queryOptions({
    queryKey: ['trainings', training_id, 'details'],
    queryFn: () =>
      unwrap(api.GET('/v1/trainings/{training_id}/details', { params: { path: { training_id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What the newest training of a model of the registry renders its samples with, as fields of a request; null without samples. */
export const previewOfTrainingQuery = (model: string) =>
  queryOptions({
    queryKey: ['trainings', 'preview', model],
    queryFn: async () => {
      const { trainings } = await unwrap(
        api.GET('/v1/trainings', { params: { query: { model, limit: 1 } } }),
      );
      const [training] = trainings;
      if (training === undefined) return null;
      const { samples, network_multiplier } = await unwrap(
        api.GET('/v1/trainings/{training_id}/details', {
          params: { path: { training_id: training.training_id } },
        }),
      );
      const [first] = samples;
      if (first === undefined) return null;
      const { index: _, prompt: _1, ...settings } = first;
      const given = Object.entries(settings).filter(([, value]) => value !== null && value !== '');
      return { ...Object.fromEntries(given), walk_seed: true, network_multiplier };
    },
    staleTime: 300_000,
  });

export type TrainingRequest = Sent<'createTraining'>;
export type TrainingPlan = Answer<'planTraining'>;

/** What a training of these files would be. */
export const planTraining = (request: TrainingRequest, files: readonly File[]) =>
  unwrap(api.POST('/v1/trainings/dry-run', { body: request, bodySerializer: () => formOf(request, files) }));

export const startTraining = (request: TrainingRequest, files: readonly File[], idempotencyKey: string) =>
  unwrap(
    api.POST('/v1/trainings', {
      body: request,
      bodySerializer: () => formOf(request, files),
      headers: { 'Idempotency-Key': idempotencyKey },
    }),
  );

/** Pairs are told by the folders in the names of their files. */
function formOf(request: TrainingRequest, files: readonly File[]): FormData {
  const form = new FormData();
  form.append('request', JSON.stringify(request));
  for (const file of files) form.append('file', file, file.webkitRelativePath || file.name);
  return form;
}

export type TrainingOrder = 'cancel' | 'pause' | 'resume' | 'save';

export function orderTraining(training_id: string, order: TrainingOrder): Promise<unknown> {
  const params = { path: { training_id } };
  switch (order) {
    case 'cancel':
      return unwrap(api.POST('/v1/trainings/{training_id}/cancel', { params }));
    case 'pause':
      return unwrap(api.POST('/v1/trainings/{training_id}/pause', { params }));
    case 'resume':
      return unwrap(api.POST('/v1/trainings/{training_id}/resume', { params }));
    case 'save':
      return unwrap(api.POST('/v1/trainings/{training_id}/save', { params }));
  }
}
