/**
 * The page of `accesstoken2 serve --open`: mint a token, and inspect one.
 *
 *     mint form ─token→ inspect form ─token→ read here, and signature checked by the server ─judge→ view
 */
import { showMinted, watchInspectForm } from './inspect-form.js';
import { onMinted } from './mint-form.js';

watchInspectForm();
onMinted(showMinted);
