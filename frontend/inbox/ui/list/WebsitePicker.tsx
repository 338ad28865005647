/** One website or all of them; only there when there is a choice. */
import { useDesk } from '../context.ts';

export function WebsitePicker() {
  const { boot, lens } = useDesk();
  if (boot.websites.length < 2) return null;
  return (
    <select
      class="website-picker"
      aria-label="Website"
      value={lens.website.value ?? ''}
      onChange={(event) => (lens.website.value = Number(event.currentTarget.value) || null)}
    >
      <option value="">All websites</option>
      {boot.websites.map((website) => (
        <option key={website.id} value={website.id}>
          {website.name}
        </option>
      ))}
    </select>
  );
}
