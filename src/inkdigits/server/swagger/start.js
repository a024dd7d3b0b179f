// A file of its own: the page's Content-Security-Policy allows no script inside HTML.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null, // otherwise the document is sent to another host
});
