/** The part of lit-html 3 that Parley uses, as bundled in lit-html.js. */
export type Rendered = { readonly _$litType$: number } | symbol | string | number | null | undefined | Rendered[];
export function html(strings: TemplateStringsArray, ...values: unknown[]): Rendered;
export function svg(strings: TemplateStringsArray, ...values: unknown[]): Rendered;
export function render(value: unknown, container: HTMLElement | DocumentFragment, options?: { renderBefore?: Node | null }): unknown;
export const nothing: symbol;
export const noChange: symbol;
export function repeat<T>(items: Iterable<T>, key: (item: T, index: number) => unknown, template: (item: T, index: number) => unknown): Rendered;
export function live(value: unknown): Rendered;
export function ref(target: ((element: Element | undefined) => void) | { value?: Element }): Rendered;
export function guard(dependencies: unknown[], value: () => unknown): Rendered;
export const PartType: { ATTRIBUTE: 1; CHILD: 2; PROPERTY: 3; BOOLEAN_ATTRIBUTE: 4; EVENT: 5; ELEMENT: 6 };
export type PartInfo = { type: number; name?: string };
export type ElementPart = { readonly type: 6; readonly element: Element };
export class Directive {
  constructor(info: PartInfo);
  render(...args: any[]): unknown;
  update(part: any, args: any[]): unknown;
}
export function directive<T extends new (info: any) => Directive>(c: T): (...args: Parameters<InstanceType<T>['render']>) => Rendered;
