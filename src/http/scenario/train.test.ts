/** Training as a client asks for it; nobody here runs what is accepted. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScenarioApp, type ScenarioApp } from './scenario-app.fixture.ts';

let api: ScenarioApp;

beforeAll(async () => {
  api = await openScenarioApp({ TRAINING_IMAGES_MAX: '3' });
});
afterAll(() => api.close());

async function model(...colours: string[]): Promise<string> {
  const body = { type: 'flux.1-lora', baseModelId: 'model_demo' };
  const { id } = (await api.told(200, 'model', 'POST', '/models', { body })).model;
  const assetIds = await Promise.all(colours.map((colour) => api.upload(colour)));
  if (assetIds.length > 0)
    await api.told(200, 'trainingImage', 'POST', `/models/${id}/training-images`, { body: { assetIds } });
  return id;
}

test('a model is trained once at a time, and canceled', async () => {
  const id = await model('red', 'blue');
  const path = `/models/${id}/train`;
  const body = { parameters: { maxTrainSteps: 4, rank: 4, wandbKey: 'a-secret' } };
  const dry = await api.ask('PUT', `${path}?dryRun=true`, { body });
  expect([dry.statusCode, dry.json()]).toEqual([269, { creativeUnitsCost: 0, creativeUnitsDiscount: 0 }]);
  const answer = await api.ask('PUT', path, { body });
  expect(answer.statusCode, answer.body).toBe(200);
  const started = answer.json();
  expect(started).toMatchObject({
    job: { jobType: 'flux-model-training', status: 'queued' },
    model: { status: 'training', parameters: { rank: 4 }, trainingProgress: { stage: 'queued-for-train' } },
    creativeUnitsCost: 0,
  });
  expect(started.job.metadata.hint).toContain('wandbKey');
  expect(answer.body).not.toContain('a-secret');
  await api.refused(400, 'PUT', path, { body });
  await api.refused(400, 'PUT', `${path}?dryRun=true`, { body });
  const action = { body: { action: 'cancel' } };
  const canceled = await api.told(200, 'model', 'POST', `${path}/action`, action);
  expect(canceled.model.status).toBe('training-canceled');
  expect(canceled.model).not.toHaveProperty('trainingProgress');
  await api.refused(400, 'POST', `${path}/action`, action);
});

test('what cannot be trained is refused, and starts nothing', async () => {
  const empty = await model();
  const full = await model('green');
  expect((await api.refused(400, 'PUT', `/models/${empty}/train`)).reason).toContain('no training images');
  const simulated = await api.ask('PUT', `/models/${empty}/train?dryRun=true&trainingImagesCount=5`);
  expect(simulated.statusCode).toBe(269);
  await api.refused(400, 'PUT', `/models/${full}/train`, { body: { parameters: { rank: 65 } } });
  await api.refused(400, 'POST', `/models/${full}/train/action`, { body: { action: 'pause' } });
  await api.refused(404, 'PUT', '/models/model_nobody/train');
  await api.refused(400, 'PUT', '/models/model_demo/train');
  expect((await api.told(200, 'model', 'GET', `/models/${full}`)).model.status).toBe('new');
});

test('a set takes TRAINING_IMAGES_MAX pictures', async () => {
  const id = await model('red', 'blue', 'green');
  const body = { assetId: await api.upload('pink') };
  expect(await api.refused(429, 'POST', `/models/${id}/training-images`, { body })).toMatchObject({
    name: 'PlanLimitReachedError',
    details: { actionName: 'add-training-image', actionLimit: 3, actionValue: 3 },
  });
});

test('parameters that are not used are named, and a dry run refuses what cannot be trained', async () => {
  const id = await model('violet');
  const parameters = { maxTrainSteps: 4, optimizeFor: 'likeness', maxTrainStep: 9 };
  const { job } = (await api.ask('PUT', `/models/${id}/train`, { body: { parameters } })).json();
  expect(job.metadata.hint).toMatch(/knows maxTrainStep: not used.*optimizeFor was not used/);
  await api.ask('POST', `/models/${id}/train/action`, { body: { action: 'cancel' } });
  const body = { type: 'custom', baseModelId: 'model_hidream' };
  const other = (await api.told(200, 'model', 'POST', '/models', { body })).model.id;
  const dry = `/models/${other}/train?dryRun=true&trainingImagesCount=5`;
  expect((await api.refused(400, 'PUT', dry)).name).toBe('TrainingUnsupportedError');
});

test('deleting a model cancels its training', async () => {
  const id = await model('teal');
  const { job } = (await api.ask('PUT', `/models/${id}/train`)).json();
  await api.told(200, 'empty', 'DELETE', `/models/${id}`);
  expect((await api.ask('GET', `/jobs/${job.jobId}`)).json().job.status).toBe('canceled');
});
