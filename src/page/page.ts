/**
 * The page of `accesstoken2 serve --open`, which mints and inspects tokens.
 *
 *     mint form ─token→ inspect form ─token→ inspected here, signature checked by the server ─assess→ result
 */
import { showMinted, startInspectForm } from './inspect-form.js';
import { startMintForm } from './mint-form.js';

startInspectForm();
startMintForm(showMinted);
