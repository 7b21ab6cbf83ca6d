import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import type { InferenceRequest } from '../api/requests.ts';
import { Button } from '../parts/button.tsx';
import { Segments } from '../parts/choice-field.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { type Language, languages, snippet } from './snippet.ts';
import css from './snippet-dialog.module.css';

const copiedMs = 1500;

/** A request as code that runs elsewhere. Keys are variables in it, never values. */
export function SnippetDialog({ body, onClose }: { body: InferenceRequest; onClose: () => void }) {
  const [language, setLanguage] = useState<Language>('curl');
  const [copied, setCopied] = useState(false);
  const text = snippet(language, { body, url: location.origin });
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), copiedMs);
  };
  return (
    <Dialog
      title="This request as code"
      isOpen
      wide
      onClose={onClose}
      actions={
        <Button look="primary" onPress={() => void copy()}>
          {copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
          {copied ? 'Copied' : 'Copy'}
        </Button>
      }
    >
      <Segments label="Language" hideLabel value={language} options={languages} onChange={setLanguage} />
      <pre className={css.code}>
        <code>{text}</code>
      </pre>
    </Dialog>
  );
}
