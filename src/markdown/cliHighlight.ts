// A file of its own, because a bundler gives a CommonJS package that is imported dynamically no named exports.
export {highlight} from 'cli-highlight';
