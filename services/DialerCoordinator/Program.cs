using System.Text.Json;
using EmptyNumber.DialerCoordinator;
using EmptyNumber.DialerCoordinator.Apis;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.ServiceDefaults;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Errors;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApiDefaults(ErrorForm.Envelope, JsonNamingPolicy.CamelCase);
builder.AddDialerCoordinator();

var app = builder.Build();
if (args is ["migrate", ..])
{
    await app.MigrateAsync<CoordinatorDb>();
    return await app.CreateDemoExtensionsAsync();
}

app.UseServiceDefaults();
app.MapDialerApi();
await app.RunAsync();
return 0;
