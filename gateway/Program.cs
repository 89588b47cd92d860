using EmptyNumber.Gateway;
using EmptyNumber.Gateway.Docs;
using EmptyNumber.Gateway.Limits;
using EmptyNumber.Gateway.Routing;
using EmptyNumber.ServiceDefaults;
using EmptyNumber.ServiceDefaults.Errors;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddHttpDefaults(ErrorForm.Error);
builder.AddProxy();
builder.AddPeers();
builder.AddLimits();
builder.AddCompression();

var app = builder.Build();
app.UsePeers();
app.UseHttpDefaults();
app.UseMiddleware<SecurityHeaders>();
app.UseResponseCompression();
app.UseRouting();
app.UseRateLimiter();
app.UseMiddleware<TimeLimitMiddleware>();
app.UseMiddleware<BodyLimitMiddleware>();
app.UseDocs();
app.MapHealthEndpoints();
app.MapProxy();
await app.RunAsync();
