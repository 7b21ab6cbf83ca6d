/**
 * A URL without what may be secret in it: user part, query and fragment. The rest is as it was written, and so is any text that is
 * no URL, such as the path of a file.
 */
export function bareUrl(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@)?([^?#]*).*$/is, '$1$2');
}
