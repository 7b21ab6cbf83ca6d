import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleStop, Download, Plus, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Dialog as AriaDialog, Popover as AriaPopover, DialogTrigger } from 'react-aria-components';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import {
  cancelSheet,
  removeSheet,
  resumeSheet,
  type Sheet,
  sheetFile,
  sheetHasEnded,
  sheetQuery,
} from '../api/sheets.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { classes } from '../parts/classes.ts';
import { Dialog } from '../parts/dialog.tsx';
import popover from '../parts/popover.module.css';
import { toast } from '../parts/toast.tsx';
import { ExtendDialog } from './extend-dialog.tsx';
import css from './sheet.module.css';
import { openCells } from './sheet-words.ts';

/** What can be done with a whole sheet. */
export function SheetActions({ sheet }: { sheet: Sheet }) {
  const mayWrite = useMay('write');
  const [extends_, setExtends] = useState(false);
  const { sheet_id: id } = sheet;
  const cancel = useOrder(id, cancelSheet);
  const resume = useOrder(id, resumeSheet);
  const hasEnded = sheetHasEnded(sheet);
  const open = openCells(sheet);
  return (
    <>
      <Files sheet={sheet} />
      {mayWrite && !hasEnded && (
        <Button look="danger" isDisabled={cancel.isPending} onPress={() => cancel.mutate()}>
          <CircleStop size={15} aria-hidden />
          {cancel.isPending ? 'Stopping…' : 'Cancel'}
        </Button>
      )}
      {mayWrite && hasEnded && open > 0 && (
        <Button isDisabled={resume.isPending} onPress={() => resume.mutate()}>
          <RotateCw size={15} aria-hidden />
          Render {open} more
        </Button>
      )}
      {mayWrite && (
        <Button onPress={() => setExtends(true)}>
          <Plus size={15} aria-hidden />
          Extend
        </Button>
      )}
      {mayWrite && hasEnded && <Remove id={id} />}
      {extends_ && <ExtendDialog sheet={sheet} onClose={() => setExtends(false)} />}
    </>
  );
}

function useOrder(id: string, order: (id: string) => Promise<Sheet>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => order(id),
    onSuccess: (sheet) => queries.setQueryData(sheetQuery(id).queryKey, sheet),
    onError: (error) => toast(toProblem(error).message, { look: 'bad' }),
  });
}

/** The picture of the whole, which may be several; what programs read; all of it. */
function Files({ sheet: { sheet_id: id, image_count: count } }: { sheet: Sheet }) {
  const pages = Array.from({ length: count }, (_, index) => index + 1);
  return (
    <DialogTrigger>
      <Button>
        <Download size={15} aria-hidden />
        Download
      </Button>
      <AriaPopover className={classes(popover.popover)} offset={4}>
        <AriaDialog aria-label="Download" className={css.files}>
          {pages.map((page) => (
            <a key={page} href={`${sheetFile(id, 'image')}?page=${page}&download`} download>
              {count === 1 ? 'Picture of the whole' : `Picture ${page} of ${count}`}
            </a>
          ))}
          <a href={sheetFile(id, 'manifest')} download={`sheet-${id}.json`}>
            Manifest (JSON)
          </a>
          <a href={sheetFile(id, 'zip')} download={`sheet-${id}.zip`}>
            All of it (ZIP)
          </a>
        </AriaDialog>
      </AriaPopover>
    </DialogTrigger>
  );
}

function Remove({ id }: { id: string }) {
  const [asks, setAsks] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = () =>
    removeSheet(id).then(
      async () => {
        await navigate({ to: '/compare' });
        queries.removeQueries({ queryKey: ['sheets', id] });
        await queries.invalidateQueries({ queryKey: ['sheets', 'list'] });
      },
      (error: unknown) => toast(toProblem(error).message, { look: 'bad' }),
    );
  return (
    <>
      <IconButton label="Delete the sheet" onPress={() => setAsks(true)}>
        <Trash2 size={16} aria-hidden />
      </IconButton>
      <Dialog
        title="Delete this sheet?"
        isOpen={asks}
        onClose={() => setAsks(false)}
        actions={
          <>
            <Button onPress={() => setAsks(false)}>Keep it</Button>
            <Button look="danger" onPress={() => void remove()}>
              Delete
            </Button>
          </>
        }
      >
        <p>Its pictures stay in the gallery.</p>
      </Dialog>
    </>
  );
}
