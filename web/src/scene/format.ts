// The scene as it travels: docs/scene.md says what each field means and when it changes.

export type Mode = 'live' | 'exercise' | 'simulation' | 'replay';
export type LonLat = readonly [number, number];
export type Place = readonly [number, number, number];
export type Shape = readonly (readonly (readonly LonLat[])[])[];
export type Point = readonly (number | null)[];
export type Way = readonly [number, number, number, number, number | null];

export interface Words {
  en: string;
  ko: string;
  ja: string;
}

export interface Ellipse {
  semi_major_m: number;
  semi_minor_m: number;
  azimuth_deg: number;
}

export interface Fact {
  code: string;
  text: Words;
  value: number | null;
  sigma: number | null;
  unit: string;
  since_ms: number;
}

export interface Argument {
  side: 'for' | 'against' | 'open';
  about: string;
  code: string;
  text: Words;
}

export interface Share {
  code: string;
  probability: number;
  text: string;
}

export interface ZoneShare {
  zone: string;
  kind: string;
  claims: string;
  probability: number;
  text: string;
}

export interface Bias {
  code: string;
  value: number;
  sigma: number;
  unit: string;
  text: string;
}

export interface SensorRow {
  owner: string;
  kind: 'radar' | 'infrared' | 'partner';
  place: Place | null;
  status: 'waiting' | 'silent' | 'heard' | 'flooding' | 'astray' | 'orderly';
  since_ms: number | null;
  heard_ms: number | null;
  health: 'good' | 'clock' | 'drifting';
  reason: string;
  noise_factor: number;
  biases: readonly Bias[];
  coverage: string | null;
  plots: number;
}

export interface CoverageRow {
  sensor: string;
  height_m: number;
  shape: Shape;
}

export interface TrackRow {
  launch_id: string | null;
  status: 'tentative' | 'confirmed' | 'coasting' | 'dropped';
  body: string;
  epoch_ms: number;
  said_ms: number;
  first_plot_ms: number;
  last_plot_ms: number;
  place: Place;
  ellipse_95: Ellipse;
  height_sigma_m: number;
  position_sigma_m: number;
  speed_mps: number;
  speed_sigma_mps: number;
  ground_speed_mps: number;
  climb_mps: number;
  heading_deg: number;
  phases: readonly Share[];
  sensors: readonly string[];
  plots: number;
  is_known: boolean;
  range_km: number | null;
  facts: readonly Fact[];
}

export interface LaunchRow {
  revision: number;
  is_main: boolean;
  is_withdrawn: boolean;
  reason: string;
  said_ms: number;
  since_ms: number;
  track_ids: readonly string[];
  sensors: readonly string[];
  first_seen_ms: number | null;
  launch_time_ms: number;
  launch_time_sigma_s: number;
  place: LonLat;
  ellipse_95: Ellipse;
  shape: Shape;
  probability: number;
  probability_text: string;
  paths: number;
  headline: Words;
  facts: readonly Fact[];
  arguments: readonly Argument[];
  would_change: readonly Words[];
  families: readonly Share[];
  resolutions: Share | null;
}

export interface StatementRow {
  revision: number;
  said_ms: number;
  title: Words;
  text: Words;
}

export interface FallRow {
  launch_id: string;
  track_id: string;
  body: string;
  revision: number;
  said_ms: number;
  epoch_ms: number;
  last_plot_ms: number | null;
  status: 'tracked' | 'coasting' | 'lost' | 'unobserved';
  is_main: boolean;
  has_fallen: boolean;
  probability: number;
  fall_time_ms: number;
  fall_time_sigma_s: number;
  window_ms: readonly [number, number];
  place: LonLat;
  ellipse_95: Ellipse;
  region_95: Shape;
  region_50: Shape | null;
  area_km2: number;
  size_text: string;
  along_95_km: number | null;
  across_95_km: number | null;
  apogee_km: number;
  apogee_sigma_km: number;
  heading_deg: number | null;
  heading_sigma_deg: number | null;
  range_95_km: readonly [number, number] | null;
  zones: readonly ZoneShare[];
  path: readonly Way[];
  facts: readonly Fact[];
}

export interface EnvelopeRow {
  revision: number;
  said_ms: number;
  bodies: readonly string[];
  shape: Shape;
  area_km2: number;
  size_text: string;
  window_ms: readonly [number, number];
}

export type Call = 'inside' | 'outside' | 'too-close-to-call' | 'open';

export interface VerdictRow {
  launch_id: string;
  track_id: string;
  body: string;
  zone: string;
  kind: string;
  claims: string;
  revision: number;
  verdict: Call;
  reverses: string;
  since_ms: number;
  said_ms: number;
  probability: number;
  probability_text: string;
  distance_km: number | null;
  text: Words;
  would_change: Words;
  is_shown: boolean;
}

export interface Danger {
  launch_id: string;
  track_id: string;
  body: string;
  probability: number;
  probability_text: string;
  distance_km: number;
  enters_ms: number | null;
  leaves_ms: number | null;
  is_final: boolean;
}

export interface TrafficRow {
  kind: 'vessel' | 'aircraft';
  identity: string;
  name: string;
  station: string;
  place: LonLat | null;
  height_m: number | null;
  pressure_altitude_m: number | null;
  position_sigma_m: number | null;
  course_deg: number | null;
  speed_mps: number | null;
  reported_ms: number;
  doubts: readonly string[];
  danger: Danger | null;
}

export interface AnnouncedRow {
  reference: string;
  area: string;
  kind: string;
  issued_ms: number;
  shape: Shape;
  windows_ms: readonly (readonly [number, number])[];
  remarks: readonly string[];
  text: string;
  falls: readonly Share[];
}

export interface PartnerRow {
  partner: string;
  partner_track: string;
  standing: string;
  track_id: string | null;
  since_ms: number;
  said_ms: number;
  reason: string;
}

export interface KnownRow {
  nation: string;
  is_own: boolean;
  named: string;
  launch_id: string | null;
  track_ms: number | null;
  launch_ms: number | null;
  launch_heard_ms: number | null;
  fall_ms: number | null;
  fall_heard_ms: number | null;
  said_ms: number;
  probability: number | null;
  probability_text: string;
  is_withdrawn: boolean;
  launch_time_ms: number | null;
  launch_time_sigma_s: number | null;
  place: LonLat | null;
  shape: Shape;
  fall_time_ms: number | null;
  fall_time_sigma_s: number | null;
  range_km: number | null;
  status: string;
  last_plot_ms: number | null;
  lost: string;
  differs: boolean;
  difference_ms: number | null;
  difference_km: number | null;
  difference: Words | null;
  headline: Words;
}

export interface Text {
  language: string;
  headline: string;
  description: string;
  instruction: string;
  area: string;
}

export type Action = 'alert' | 'update' | 'cancel' | 'all-clear';

export interface WarningRow {
  launch_id: string;
  revision: number;
  action: Action;
  severity: 'notice' | 'public';
  is_over: boolean;
  said_ms: number;
  shape: Shape;
  fall_time_ms: number | null;
  fall_time_sigma_s: number | null;
  zones: readonly ZoneShare[];
  reasons: readonly Argument[];
  next_update_ms: number | null;
  document: string;
  cap_status: string;
  texts: readonly Text[];
  history: readonly (readonly [number, string, number])[];
}

export interface DraftRow {
  warning_id: string;
  revision: number;
  launch_id: string;
  action: Action;
  document: string;
  digest: string;
  needs: number;
  approvals: readonly { operator: string; key: string; time_ms: number }[];
  status: 'waiting' | 'released' | 'withdrawn';
  reason: string;
  since_ms: number;
  said_ms: number;
  texts: readonly Text[];
}

export interface DeliveryRow {
  to: string;
  channel: string;
  audience: 'partner' | 'public' | 'operator';
  document: string;
  warning_id: string;
  revision: number;
  action: Action;
  subject: Words;
  status: 'queued' | 'sent' | 'received' | 'retrying' | 'dead';
  attempts: number;
  queued_ms: number;
  changed_ms: number;
  due_ms: number | null;
  receipt: string;
  failure: string;
}

export interface AlarmRow {
  part: string;
  text: string;
  since_ms: number;
}

export interface EventRow {
  kind: string;
  track_ids: readonly string[];
  launch_id: string | null;
  revision: number;
  time_ms: number;
  time_sigma_s: number;
  said_ms: number;
  place: Place;
  range_km: number | null;
  probability: number;
  probability_text: string;
}

export interface MarkRow {
  time_ms: number;
  kind: string;
  weight: number;
  launch_id: string | null;
  text: Words;
}

export interface Rows {
  sensors: SensorRow;
  coverages: CoverageRow;
  tracks: TrackRow;
  launches: LaunchRow;
  falls: FallRow;
  statements: StatementRow;
  envelopes: EnvelopeRow;
  verdicts: VerdictRow;
  traffic: TrafficRow;
  announced: AnnouncedRow;
  partners: PartnerRow;
  known: KnownRow;
  warnings: WarningRow;
  drafts: DraftRow;
  deliveries: DeliveryRow;
  alarms: AlarmRow;
  events: EventRow;
  marks: MarkRow;
}

export const TABLES = [
  'sensors',
  'coverages',
  'tracks',
  'launches',
  'falls',
  'statements',
  'envelopes',
  'verdicts',
  'traffic',
  'announced',
  'partners',
  'known',
  'warnings',
  'drafts',
  'deliveries',
  'alarms',
  'events',
  'marks',
] as const satisfies readonly (keyof Rows)[];

export type TrailName = 'tracks' | 'falls' | 'launches' | 'families' | 'verdicts';
export const TRAILS = ['tracks', 'falls', 'launches', 'families', 'verdicts'] as const;

export interface Head {
  mode: Mode;
  mode_word: Words;
  mode_meaning: Words;
  mode_colour: string;
  title: string;
  version: string;
  started_ms: number | null;
  nation: string;
  claims: string;
  other_claims: readonly string[];
  protected: readonly string[];
  names: Readonly<Record<string, Words>>;
  columns: Readonly<Record<TrailName, readonly string[]>>;
  view: readonly [number, number, number, number];
  heartbeat_s: number;
  bounds: { history_s: number | null };
  can_act: boolean;
}

export interface Clock {
  time_ms: number;
  heard_ms: number | null;
  arrived_ms: number | null;
  made_ms: number;
  speed: number | null;
  is_over: boolean;
}

export interface Counts {
  lines: number;
  plots: number;
  refused: Readonly<Record<string, number>>;
  last_refused: string;
  last_refused_ms: number | null;
  dropped: Readonly<Record<string, number>>;
  faults: number;
}

export interface Frame {
  watch: string;
  sequence: number;
  full?: boolean;
  clock: Clock;
  head?: Head | null;
  counts?: Counts | null;
  put?: { readonly [T in keyof Rows]?: Readonly<Record<string, Rows[T]>> };
  gone?: { readonly [T in keyof Rows]?: readonly string[] };
  trails?: {
    readonly [T in TrailName]?: Readonly<
      Record<string, { keep: number; points: readonly Point[] }>
    >;
  };
}
