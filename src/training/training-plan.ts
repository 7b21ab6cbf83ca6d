/**
 * A TrainingPlan is a request for a training made exact: plain JSON with every default filled in, stored with the job. Like a
 * RenderPlan it names identities only: repository and revision of the base, SHA-256 of pictures. `engines/engine-training-plan.ts`
 * is what becomes of it where it is trained.
 */
import { z } from 'zod';
import { toolkitModelSchema, trainingMethodSchema } from '../catalog/define-training.ts';
import { engineTrainingPlanSchema, trainingSettingsSchema } from '../engines/engine-training-plan.ts';
import { callSchema, pipelineSpecSchema } from '../render/plan.ts';

const { file: _file, ...itemShape } = engineTrainingPlanSchema.shape.items.element.shape;

export const trainingPlanSchema = z.strictObject({
  pipeline: pipelineSpecSchema,
  /** Of Darkroom's own engine; null where ai-toolkit trains. */
  method: trainingMethodSchema.nullable(),
  /** Of ai-toolkit. Absent: it does not train. */
  toolkit: toolkitModelSchema.exactOptional(),
  settings: trainingSettingsSchema,
  name: z.string(),
  items: z
    .array(
      z.strictObject({
        ...itemShape,
        /** SHA-256 of the control pictures of a pair, in the order in which the model takes them. */
        controls: z.array(z.string()),
      }),
    )
    .min(1),
  samples: z.array(callSchema),
  sample_scale: z.number(),
  /** Epochs that stay, the newest ones. Absent: all. */
  keep: z.int().min(1).exactOptional(),
});
export type TrainingPlan = z.infer<typeof trainingPlanSchema>;
