// Words on the map: the important first, none over another.

export interface Label {
  x: number;
  y: number;
  text: string;
  /** Higher is placed first. */
  rank: number;
  colour: string;
  size: number;
  weight?: number;
  spacing?: number;
  /** Pixels kept free around the place itself, so that words stand beside their sign. */
  gap?: number;
  /** Stands on its place rather than beside it. */
  isCentred?: boolean;
  /** Never left out, even where it covers others. */
  isNeeded?: boolean;
}

type Box = readonly [number, number, number, number];

export const FONT = '"Inter Variable", "Noto Sans KR", "Noto Sans JP", "Noto Sans CJK KR", system-ui, sans-serif';

const widths = new Map<string, number>();

export class Labels {
  private readonly taken: Box[] = [];
  private readonly labels: Label[] = [];

  /** Keep an area free of words: a sign, a panel over the map. */
  keepFree(x: number, y: number, width: number, height: number): void {
    this.taken.push([x, y, x + width, y + height]);
  }

  add(label: Label): void {
    this.labels.push(label);
  }

  draw(context: CanvasRenderingContext2D, halo: string, width: number, height: number): void {
    this.labels.sort((a, b) => b.rank - a.rank);
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.lineJoin = 'round';
    for (const label of this.labels) {
      if (label.x < -60 || label.y < -20 || label.x > width + 60 || label.y > height + 20) continue;
      context.font = `${label.weight ?? 500} ${label.size}px ${FONT}`;
      context.letterSpacing = `${label.spacing ?? 0}px`;
      const key = `${context.font} ${context.letterSpacing} ${label.text}`;
      let wide = widths.get(key);
      if (wide === undefined) {
        wide = context.measureText(label.text).width;
        if (widths.size > 4_000) widths.clear();
        widths.set(key, wide);
      }
      const place = this.place(label, wide, width, height);
      if (!place) continue;
      this.taken.push(place);
      const y = (place[1] + place[3]) / 2;
      context.strokeStyle = halo;
      context.lineWidth = 3;
      context.strokeText(label.text, place[0] + 2, y);
      context.fillStyle = label.colour;
      context.fillText(label.text, place[0] + 2, y);
    }
    context.letterSpacing = '0px';
  }

  private place(label: Label, wide: number, width: number, height: number): Box | null {
    const [w, h] = [wide + 4, label.size + 4];
    const gap = label.gap ?? 8;
    const at = (x: number, y: number): Box => [x, y, x + w, y + h];
    const choices: Box[] = label.isCentred
      ? [at(label.x - w / 2, label.y - h / 2)]
      : [
          at(label.x + gap, label.y - h / 2),
          at(label.x - gap - w, label.y - h / 2),
          at(label.x - w / 2, label.y - gap - h),
          at(label.x - w / 2, label.y + gap),
          at(label.x + gap * 0.8, label.y - gap * 0.6 - h),
          at(label.x + gap * 0.8, label.y + gap * 0.6),
        ];
    for (const one of choices) {
      if (one[0] < 2 || one[1] < 2 || one[2] > width - 2 || one[3] > height - 2) continue;
      if (!this.taken.some((other) => overlap(one, other))) return one;
    }
    return label.isNeeded ? (choices[0] ?? null) : null;
  }
}

function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
