using EmptyNumber.Detection;
using EmptyNumber.Detection.Apis;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.ServiceDefaults;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Errors;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApiDefaults(ErrorForm.Error);
builder.AddDetection();

var app = builder.Build();
if (args is ["migrate", ..])
    return await app.MigrateAsync<DetectionDb>();

app.UseServiceDefaults();
app.MapDetectApi();
app.MapEventsApi();
app.MapPhoneApi();
app.MapRecordApi();
app.MapAccountApi();
app.MapWebhookApi();
await app.RunAsync();
return 0;
