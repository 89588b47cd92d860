using System.Text.Json;
using EmptyNumber.DialerCoordinator;
using EmptyNumber.DialerCoordinator.Apis;
using EmptyNumber.ServiceDefaults;
using EmptyNumber.ServiceDefaults.Errors;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApiDefaults(ErrorForm.Envelope, JsonNamingPolicy.CamelCase);
builder.AddDialerCoordinator();

var app = builder.Build();
if (args is ["migrate", ..])
    return await app.MigrateCoordinatorAsync();

app.UseServiceDefaults();
app.MapDialerApi();
app.MapOperatorApi();
await app.RunAsync();
return 0;
