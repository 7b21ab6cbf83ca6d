import { useQuery, useQueryClient } from '@tanstack/react-query';
import { BookmarkPlus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { loraQuery } from '../api/loras.ts';
import { deletePreset, keepPreset, presetsQuery } from '../api/presets.ts';
import { toProblem } from '../api/problem.ts';
import { previewOfTrainingQuery } from '../api/trainings.ts';
import { draftNow, replaceDraft, useDraft } from '../draft/draft.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { toast } from '../parts/toast.tsx';
import css from './make.module.css';
import type { ModelForm } from './model-form.ts';
import { draftSettings, hasPreset, type PresetSettings, settingsOf, withPreset } from './presets.ts';

interface Known {
  id: string;
  label: string;
  note?: string;
  settings: PresetSettings;
}

/** Settings that belong together: those of the training's previews, the model's, and one's own. */
export function PresetField({ model, form }: { model: string; form: ModelForm }) {
  const draft = useDraft();
  const preview = usePreview();
  const { data: own = [] } = useQuery(presetsQuery);
  const [isNaming, setNaming] = useState(false);
  const given: Known[] = [
    ...(preview === null ? [] : [{ id: 'preview', label: 'As in training preview', settings: preview }]),
    { id: 'default', label: 'Model default', settings: { seed: 42, walk_seed: true } },
    { id: 'draft', label: 'Draft', note: 'Fewer steps: not the preview', settings: draftSettings(form) },
  ];
  const mine: Known[] = own
    .filter((preset) => preset.model === null || preset.model === model)
    .map(({ id, name, settings }) => ({ id, label: name, settings }));
  const all = [...given, ...mine];
  const current = all.find(({ settings }) => hasPreset(draft, settings)) ?? null;
  const isOwn = mine.some(({ id }) => id === current?.id);
  return (
    <div className={css.presetRow}>
      <Select
        label="Preset"
        value={current?.id ?? null}
        placeholder="Your own settings"
        onChange={(id) => {
          const chosen = all.find((preset) => preset.id === id);
          if (chosen !== undefined)
            replaceDraft((before) => withPreset(before, chosen.settings), `Settings: ${chosen.label}.`);
        }}
        groups={[
          { title: null, choices: given },
          ...(mine.length === 0 ? [] : [{ title: 'Yours', choices: mine }]),
        ]}
      />
      {isOwn && current !== null ? (
        <DeletePreset id={current.id} name={current.label} />
      ) : (
        <IconButton look="plain" label="Keep these settings" onPress={() => setNaming(true)}>
          <BookmarkPlus size={16} aria-hidden />
        </IconButton>
      )}
      {isNaming && <KeepDialog model={model} onClose={() => setNaming(false)} />}
    </div>
  );
}

/** What the training of the first LoRA that counts rendered its previews with, where that is known. */
function usePreview(): PresetSettings | null {
  const first = useDraft().loras.find(({ muted }) => !muted);
  const epoch = /^(model_\w+)@/.exec(first?.path ?? '')?.[1] ?? null;
  const { data: file } = useQuery({
    ...loraQuery(first?.sha256 ?? '', null),
    enabled: first?.sha256 != null,
  });
  const { data: trained } = useQuery({ ...previewOfTrainingQuery(epoch ?? ''), enabled: epoch !== null });
  return file?.preview ?? trained ?? null;
}

function KeepDialog({ model, onClose }: { model: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const keepIt = async () => {
    try {
      await keepPreset({ name: name.trim(), model, settings: settingsOf(draftNow()) });
      await queries.invalidateQueries({ queryKey: ['presets'] });
      onClose();
    } catch (error) {
      setProblem(toProblem(error).message);
    }
  };
  return (
    <Dialog
      title="Keep these settings"
      isOpen
      onClose={onClose}
      actions={
        <Button look="primary" isDisabled={name.trim() === ''} onPress={() => void keepIt()}>
          Keep
        </Button>
      }
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        placeholder="Tall, 30 steps"
        error={problem}
        hint="Size, steps, guidance, seed and the rest of the form, without the prompt and the LoRAs."
      />
    </Dialog>
  );
}

function DeletePreset({ id, name }: { id: string; name: string }) {
  const queries = useQueryClient();
  const remove = () =>
    deletePreset(id).then(
      () => queries.invalidateQueries({ queryKey: ['presets'] }),
      (error: unknown) => toast(toProblem(error).message, { look: 'bad' }),
    );
  return (
    <IconButton look="plain" label={`Delete the preset ${name}`} onPress={() => void remove()}>
      <Trash2 size={16} aria-hidden />
    </IconButton>
  );
}
