import { Check, ChevronsUpDown } from 'lucide-react';
import {
  Select as AriaSelect,
  Autocomplete,
  Button,
  Header,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  SearchField,
  SelectValue,
  useFilter,
} from 'react-aria-components';
import { classes } from './classes.ts';
import css from './field.module.css';
import popover from './popover.module.css';
import own from './select.module.css';

export interface Choice {
  id: string;
  label: string;
  /** At the right, smaller. */
  aside?: string;
  /** A second line. */
  note?: string;
}

interface SelectProps {
  label: string;
  value: string | null;
  groups: readonly { title: string | null; choices: readonly Choice[] }[];
  onChange: (id: string) => void;
  placeholder?: string;
  /** A field that narrows the list, for long lists. */
  search?: boolean;
  hideLabel?: boolean;
}

/** One of many, in a list that opens. */
export function Select({
  label,
  value,
  groups,
  onChange,
  placeholder,
  search = false,
  hideLabel = false,
}: SelectProps) {
  const { contains } = useFilter({ sensitivity: 'base' });
  const list = (
    <ListBox className={popover.list} renderEmptyState={() => <p className={popover.none}>Nothing fits.</p>}>
      {groups.map(({ title, choices }) => (
        <ListBoxSection key={title ?? ''} aria-label={title ?? label}>
          {title !== null && <Header className={popover.header}>{title}</Header>}
          {choices.map((choice) => (
            <ListBoxItem
              key={choice.id}
              id={choice.id}
              textValue={`${choice.label} ${choice.note ?? ''}`.trim()}
              className={classes(popover.item)}
            >
              <Check size={14} className={popover.check} aria-hidden />
              <span className={popover.main}>
                {choice.label}
                {choice.note && <span className={own.note}>{choice.note}</span>}
              </span>
              {choice.aside && <span className={popover.aside}>{choice.aside}</span>}
            </ListBoxItem>
          ))}
        </ListBoxSection>
      ))}
    </ListBox>
  );
  return (
    <AriaSelect
      className={css.field}
      aria-label={hideLabel ? label : undefined}
      value={value}
      placeholder={placeholder ?? 'Choose'}
      allowsEmptyCollection
      onChange={(id) => id !== null && onChange(String(id))}
    >
      {!hideLabel && <Label className={css.label}>{label}</Label>}
      <Button className={classes(css.input, css.select)}>
        <SelectValue className={own.value}>
          {({ defaultChildren }) => labelOf(groups, value) ?? defaultChildren}
        </SelectValue>
        <ChevronsUpDown size={14} aria-hidden />
      </Button>
      <Popover className={classes(popover.popover)} offset={4}>
        {search ? (
          <Autocomplete filter={contains}>
            <SearchField
              aria-label={`Search ${label.toLowerCase()}`}
              autoFocus
              className={classes(own.search)}
            >
              <Input className={classes(own.searchInput)} placeholder="Search" />
            </SearchField>
            {list}
          </Autocomplete>
        ) : (
          list
        )}
      </Popover>
    </AriaSelect>
  );
}

/** Of the chosen one, without its second line. */
const labelOf = (groups: SelectProps['groups'], value: string | null): string | undefined =>
  groups.flatMap(({ choices }) => choices).find(({ id }) => id === value)?.label;
