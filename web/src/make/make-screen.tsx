import { getRouteApi } from '@tanstack/react-router';
import { SlidersHorizontal, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useMay } from '../api/session.ts';
import { changeDraft, draftNow, newRow } from '../draft/draft.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { classes } from '../parts/classes.ts';
import css from './make.module.css';
import { MakeForm } from './make-form.tsx';
import { Stage } from './stage.tsx';
import { Strip } from './strip.tsx';

const StageInspector = lazy(async () => ({
  default: (await import('./stage-inspector.tsx')).StageInspector,
}));
const route = getRouteApi('/');

/** Where pictures are made: the form, the stage, what was made before, and how it was made. */
export function MakeScreen() {
  const mayRender = useMay('write');
  const [formOpen, setFormOpen] = useState(false);
  useSearchIntoDraft();
  return (
    <div className={css.screen}>
      {mayRender && (
        <aside className={classes(css.form, !formOpen && css.closed)} aria-label="Form">
          <header className={css.drawerHead}>
            <h2>Prompt and settings</h2>
            <IconButton label="Close the form" onPress={() => setFormOpen(false)}>
              <X size={18} aria-hidden />
            </IconButton>
          </header>
          <MakeForm onSent={() => setFormOpen(false)} />
        </aside>
      )}
      <section className={css.middle} aria-label="Stage">
        <h1 className={css.hiddenTitle}>Make</h1>
        <Stage />
        <Strip />
        {mayRender && (
          <div className={css.openForm}>
            <Button look="primary" large onPress={() => setFormOpen(true)}>
              <SlidersHorizontal size={16} aria-hidden />
              Prompt and settings
            </Button>
          </div>
        )}
      </section>
      <Suspense>
        <StageInspector />
      </Suspense>
    </div>
  );
}

/** A link may bring a model and a LoRA; they go into the form once. */
function useSearchIntoDraft(): void {
  const { lora, model } = route.useSearch();
  const navigate = route.useNavigate();
  useEffect(() => {
    if (lora === undefined && model === undefined) return;
    const { loras } = draftNow();
    const isThere = lora === undefined || loras.some(({ path }) => path === lora);
    changeDraft({
      ...(model === undefined ? {} : { model }),
      ...(isThere ? {} : { loras: [...loras, newRow(lora, null)] }),
    });
    void navigate({ search: {}, replace: true });
  }, [lora, model, navigate]);
}
