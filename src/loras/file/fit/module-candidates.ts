import {
  commonRules,
  type FamilyGrammar,
  fillName,
  flat,
  type NameRule,
  type Place,
} from '../../../catalog/lora-grammar.ts';

/** A place that a module's name can mean. */
export interface Candidate {
  component: string;
  /** Flat module names that share the rows, in this order; `place` says how. */
  names: readonly string[];
  place: Place;
  /** Flat name of the norm that is as wide as a head. */
  heads: string | null;
  /** The name is the model's own. */
  isPlain: boolean;
}

/**
 * Best first: the model's own name, the family's original names, what all families share. `name` is flat. A family's names are
 * those of its denoiser; text encoders have only what all share.
 */
export function moduleCandidates(family: FamilyGrammar, component: string, name: string): Candidate[] {
  const plain = { place: { to: [] }, heads: null };
  const own = { ...plain, component, names: [name], isPlain: true };
  if (/^text_encoder(_[0-9]+)?$/.test(component)) return [own, ...applyAll(commonRules, component, name)];
  const stemmed = withoutStem(family, component, name);
  return [
    own,
    ...(stemmed.name === name
      ? []
      : [{ ...plain, component: stemmed.component, names: [stemmed.name], isPlain: false }]),
    ...applyAll([...family.rules, ...commonRules], stemmed.component, stemmed.name),
  ];
}

/** A stem that ends in an underscore is a beginning, any other a whole name. */
function withoutStem(
  family: FamilyGrammar,
  component: string,
  name: string,
): { component: string; name: string } {
  const found = family.stems.find(([stem]) => name === stem || (stem.endsWith('_') && name.startsWith(stem)));
  if (found === undefined) return { component, name };
  const [stem, target] = found;
  const home = splitHome(component, target);
  return { component: home.component, name: flat(home.path) + name.slice(stem.length) };
}

function applyAll(rules: readonly NameRule[], component: string, name: string): Candidate[] {
  return rules.flatMap(({ pattern, place }) => {
    const groups = pattern.exec(name)?.slice(1);
    if (groups === undefined) return [];
    const homes = place.to.map((to) => splitHome(component, fillName(to, groups)));
    const heads = place.heads === undefined ? null : flat(fillName(place.heads, groups));
    const names = homes.map((home) => flat(home.path));
    return [{ component: homes[0]?.component ?? component, names, place, heads, isPlain: false }];
  });
}

/** A path of the grammar may name another component: `connectors:text_proj_in`. */
function splitHome(component: string, path: string): { component: string; path: string } {
  const colon = path.indexOf(':');
  return colon < 0 ? { component, path } : { component: path.slice(0, colon), path: path.slice(colon + 1) };
}
