export { errorOf as refusalOf } from './error-of.js';
