import { type ReactNode, useId, useState } from 'react';
import { Button } from '../../ui/button';
import { inputClasses } from '../../ui/field';
import { fieldSchema } from './field-schema';

/** The linear layers of the usual decoder block, attention before the feed-forward part. */
const usual = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];

/** Which linear layers get an adapter: the usual seven to tick, others to name. */
export function TargetModules({
  value,
  onChange,
}: {
  readonly value: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}): ReactNode {
  const id = useId();
  const [other, setOther] = useState('');
  const shown = [...usual, ...value.filter((name) => !usual.includes(name))];
  const toggle = (name: string, on: boolean): void => {
    const next = on ? [...value, name] : value.filter((entry) => entry !== name);
    onChange(shown.filter((entry) => next.includes(entry)));
  };
  const add = (): void => {
    const name = other.trim();
    if (name === '' || value.includes(name)) return;
    onChange([...value, name]);
    setOther('');
  };
  return (
    <fieldset className="col-span-full min-w-0" aria-describedby={`${id}-help`}>
      <legend className="pb-1 text-xs font-medium">Target modules</legend>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {shown.map((name) => (
          <label key={name} className="flex items-center gap-1.5 font-mono text-xs">
            <input
              type="checkbox"
              checked={value.includes(name)}
              // An adapter without a layer is none: the last one stays.
              disabled={value.length === 1 && value.includes(name)}
              onChange={(event) => toggle(name, event.target.checked)}
              className="size-3.5 accent-(--accent-fill)"
            />
            {name}
          </label>
        ))}
        <span className="flex items-center gap-1">
          <input
            aria-label="Another module"
            placeholder="another"
            value={other}
            onChange={(event) => setOther(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              add();
            }}
            className={`${inputClasses} h-7! w-28! font-mono text-xs!`}
          />
          <Button size="small" disabled={other.trim() === ''} onClick={add}>
            Add
          </Button>
        </span>
      </div>
      <p id={`${id}-help`} className="pt-1 text-2xs text-ink-faint">
        {fieldSchema('adapter.targetModules').explanation}
      </p>
    </fieldset>
  );
}
