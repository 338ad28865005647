/** Elements and icons without innerHTML, which Trusted Types on the customer's page would refuse. */

type Attributes = Record<string, string>;

export const element = <K extends keyof HTMLElementTagNameMap>(name: K, attributes: Attributes, ...children: (Node | string)[]) =>
  filled(document.createElement(name), attributes, children);

export const icon = (d: string, className: string): Element =>
  filled(shape('svg'), { viewBox: '0 0 24 24', class: className, 'aria-hidden': 'true' }, [filled(shape('path'), { d }, [])]);

const shape = (name: string): Element => document.createElementNS('http://www.w3.org/2000/svg', name);

function filled<E extends Element>(created: E, attributes: Attributes, children: (Node | string)[]): E {
  for (const key in attributes) created.setAttribute(key, attributes[key]!);
  created.append(...children);
  return created;
}
