"""The page of the situation report: its styles on a screen and on A4, and where its body goes."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ --ink: #16202B; --quiet: #5A6672; --faint: #D9DDE1; --paper: #FBFAF7; --blue: #0B5394; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; max-width: 62rem; padding: 2rem 2rem 4rem; background: var(--paper);
 color: var(--ink); font: 15px/1.5 "DejaVu Sans", Verdana, Helvetica, Arial, sans-serif; }}
header .band {{ margin: 0; padding: .35rem .8rem; background: var(--blue); color: #fff;
 font-weight: bold; }}
h1 {{ font-size: 2.3rem; line-height: 1.1; margin: 1.2rem 0 .3rem; }}
header p:last-child {{ color: var(--quiet); margin-top: 0; }}
h2 {{ font-size: 1.25rem; margin: 2.4rem 0 .6rem; border-bottom: 2px solid var(--ink);
 padding-bottom: .2rem; }}
.figures {{ display: grid; grid-template-columns: repeat(5, 1fr); gap: 1rem; margin: 1.6rem 0;
 border-top: 1px solid var(--faint); border-bottom: 1px solid var(--faint); padding: 1rem 0; }}
.figures b {{ display: block; font-size: 1.9rem; line-height: 1.1; color: var(--blue); }}
.figures span {{ color: var(--quiet); font-size: .82rem; }}
.lead p {{ margin: .35rem 0; max-width: 50rem; }}
figure {{ margin: 1.6rem 0; }}
img {{ width: 100%; height: auto; display: block; border: 1px solid var(--faint); }}
table {{ width: 100%; border-collapse: collapse; font-size: .78rem; line-height: 1.35;
 font-variant-numeric: tabular-nums; }}
th {{ text-align: left; color: var(--quiet); font-weight: normal; vertical-align: bottom;
 border-bottom: 1px solid var(--quiet); padding: .25rem .45rem .25rem 0; }}
td {{ vertical-align: top; border-bottom: 1px solid var(--faint);
 padding: .32rem .45rem .32rem 0; }}
a {{ color: var(--blue); }}
.note {{ color: var(--quiet); font-size: .8rem; }}
.sources {{ padding-left: 1.1rem; font-size: .78rem; }}
.url {{ color: var(--quiet); overflow-wrap: anywhere; }}
@media (max-width: 46rem) {{ .figures {{ grid-template-columns: repeat(2, 1fr); }}
 section {{ overflow-x: auto; }} }}
@media print {{
 @page {{ size: A4; margin: 16mm 14mm; }}
 body {{ background: #fff; font-size: 10pt; padding: 0; max-width: none; }}
 h2, figure, tr {{ break-inside: avoid; }} h2 {{ break-after: avoid; }}
 thead {{ display: table-header-group; }}
 .band {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
 table {{ font-size: 7.6pt; }} a {{ color: inherit; text-decoration: none; }}
}}
</style>
</head>
<body>
{body}
</body>
</html>
"""
