import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take over a minute, the longest first. */
const slow = [
  'every-model',
  'every-model-control',
  'training',
  'ai-toolkit',
  'crashes',
  'trainer-goldens',
  'isolation',
  'page',
  'webhooks',
  's3-store',
  'spare-process',
  'command-line',
  'process-engine',
];

/** Within a project the slowest files start first, so that no worker is left alone with one at the end. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder ?? 0;
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = slow.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return place === -1 ? slow.length : place;
    };
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => groupOf(one) - groupOf(other) || placeOf(one) - placeOf(other));
  }
}
