/** Whether keys go into a field, or to something that has keys of its own, such as an open dialog. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest(
      'input:not([type=range]), textarea, select, [role=dialog], [role=listbox], [role=menu]',
    ) !== null
  );
}
