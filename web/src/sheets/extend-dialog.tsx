import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { lorasQuery } from '../api/loras.ts';
import { toProblem } from '../api/problem.ts';
import { extendSheet, extensionCostsQuery, type MoreBody, type Sheet, sheetQuery } from '../api/sheets.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Problem } from '../parts/problem.tsx';
import { Select } from '../parts/select.tsx';
import { extendable, type MoreKind, moreOf, moreProblem } from './more-values.ts';
import css from './sheet.module.css';
import { axisWord, costsText } from './sheet-words.ts';
import { useSettled } from './use-sheet-calls.ts';

/** More values for an axis: only the new cells are rendered. */
export function ExtendDialog({ sheet, onClose }: { sheet: Sheet; onClose: () => void }) {
  const axes = extendable(sheet);
  const [id, setId] = useState(axes[0]?.axis.id ?? '');
  const [text, setText] = useState('');
  const chosen = axes.find(({ axis }) => axis.id === id);
  const wrong = chosen === undefined ? null : moreProblem(chosen.kind, text);
  const body = chosen === undefined || wrong !== null ? null : moreOf(id, chosen.kind, text, sheet.request);
  const { costs, problem, isSending, send } = useExtension(sheet.sheet_id, body, onClose);
  return (
    <Dialog
      title="Extend the sheet"
      isOpen
      onClose={onClose}
      actions={
        <Button look="primary" isDisabled={costs === null || costs.cells === 0 || isSending} onPress={send}>
          {costs === null ? 'Render' : costs.cells === 0 ? 'Nothing is new' : costsText(costs)}
        </Button>
      }
    >
      {axes.length === 0 ? (
        <p className={css.note}>Its axes take more values by the API only.</p>
      ) : (
        <>
          <Select
            label="More values of"
            value={id}
            onChange={(next) => {
              setId(next);
              setText('');
            }}
            groups={[
              { title: null, choices: axes.map(({ axis }) => ({ id: axis.id, label: axisWord(axis) })) },
            ]}
          />
          {chosen && (
            <ValuesField
              {...{ kind: chosen.kind, model: sheet.model, text, error: wrong }}
              there={chosen.axis.labels.join(', ')}
              onChange={setText}
            />
          )}
        </>
      )}
      {problem !== null && <Problem problem={problem} />}
    </Dialog>
  );
}

function useExtension(id: string, body: MoreBody | null, onDone: () => void) {
  const queries = useQueryClient();
  const settled = useSettled(body);
  const costs = useQuery({
    ...extensionCostsQuery(id, settled ?? { axes: [] }),
    enabled: settled !== null,
    placeholderData: keepPreviousData,
  });
  const extend = useMutation({
    mutationFn: (sent: MoreBody) => extendSheet(id, sent),
    onSuccess: (sheet) => {
      queries.setQueryData(sheetQuery(id).queryKey, sheet);
      onDone();
    },
  });
  const error = extend.error ?? (body === null ? null : costs.error);
  const isOld = JSON.stringify(settled) !== JSON.stringify(body);
  return {
    costs: body === null || isOld || costs.isError ? null : (costs.data ?? null),
    problem: error === null ? null : toProblem(error),
    isSending: extend.isPending,
    send: () => body !== null && extend.mutate(body),
  };
}

interface ValuesProps {
  kind: MoreKind;
  model: string;
  text: string;
  /** What the axis has. */
  there: string;
  error: string | null;
  onChange: (text: string) => void;
}

function ValuesField({ kind, model, text, there, error, onChange }: ValuesProps) {
  const { data: files = [] } = useQuery({ ...lorasQuery(model), enabled: kind === 'lora' });
  if (kind === 'epochs') return <p className={css.note}>All epochs that there are by now. It has: {there}</p>;
  if (kind === 'lora')
    return (
      <Select
        label="LoRA"
        search
        value={text === '' ? null : text}
        onChange={onChange}
        groups={[
          {
            title: null,
            choices: files
              .filter(({ fits }) => fits !== false)
              .map(({ path, name }) => ({ id: path, label: name, note: path })),
          },
        ]}
      />
    );
  return (
    <TextField
      label="Values"
      lines={kind === 'lines'}
      value={text}
      onChange={onChange}
      hint={`It has: ${there}`}
      error={error}
    />
  );
}
