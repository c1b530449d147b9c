/**
 * The form that mints a token.
 */
import { byId } from './elements.js';
import { type Wanted, mint } from './server-answers.js';

const form = byId('mint-form', HTMLFormElement);
const channel = byId('mint-channel', HTMLInputElement);
const uid = byId('mint-uid', HTMLInputElement);
const refusal = byId('mint-refusal', HTMLParagraphElement);

/** Mints when asked to, and hands over what was minted. */
export function onMinted(take: (token: string, wanted: Wanted) => void): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void mintAsFilledIn(take);
  });
  for (const input of [channel, uid]) {
    input.addEventListener('input', () => {
      accept(input);
    });
  }
}

async function mintAsFilledIn(take: (token: string, wanted: Wanted) => void): Promise<void> {
  refusal.textContent = '';
  if (channel.value === '') {
    refuse(channel, 'Name the channel.');
    return;
  }
  if (!/^\s*\d+\s*$/u.test(uid.value)) {
    refuse(uid, 'The uid is a whole number.');
    return;
  }
  const wanted = { channelName: channel.value, uid: Number(uid.value), role: roleChosen() };
  form.setAttribute('aria-busy', 'true');
  const minted = await mint(wanted);
  form.removeAttribute('aria-busy');
  if ('token' in minted) take(minted.token, wanted);
  else refusal.textContent = minted.refusal;
}

function roleChosen(): number {
  return Number(new FormData(form).get('role'));
}

function refuse(input: HTMLInputElement, fault: string): void {
  refusal.textContent = fault;
  input.setAttribute('aria-invalid', 'true');
  input.focus();
}

function accept(input: HTMLInputElement): void {
  if (!input.hasAttribute('aria-invalid')) return;
  input.removeAttribute('aria-invalid');
  refusal.textContent = '';
}
