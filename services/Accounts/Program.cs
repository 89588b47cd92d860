using EmptyNumber.Accounts;
using EmptyNumber.Accounts.Apis;
using EmptyNumber.ServiceDefaults;
using EmptyNumber.ServiceDefaults.Http;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddAccounts();
builder.AddApiDefaults(AccountsErrors.Form);

var app = builder.Build();
if (args is ["migrate", ..])
    return await app.MigrateAccountsAsync();

app.UseServiceDefaults();
app.UseParameters();
var api = app.MapAccounts();
api.MapLoginApi();
api.MapMobileCodeApi();
api.MapTokensApi();
api.MapUsersApi();
api.MapAuditApi();
app.MapIntrospectionApi();
await app.RunAsync();
return 0;
