using System.Text.Json;
using EmptyNumber.PhonePool;
using EmptyNumber.PhonePool.Apis;
using EmptyNumber.PhonePool.Infrastructure;
using EmptyNumber.ServiceDefaults;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Errors;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApiDefaults(ErrorForm.Described, JsonNamingPolicy.CamelCase);
builder.AddPhonePool();

var app = builder.Build();
if (args is ["migrate", ..])
    return await app.MigrateAsync<PhonePoolDb>();

app.UseServiceDefaults();
app.MapPhonePoolApi();
await app.RunAsync();
return 0;
