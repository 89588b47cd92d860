using EmptyNumber.Accounts;
using EmptyNumber.Accounts.Apis;
using EmptyNumber.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddAccounts();
builder.AddApiDefaults(AccountsErrors.Form);

var app = builder.Build();
if (args is ["migrate", ..])
    return await app.MigrateAccountsAsync();

app.UseServiceDefaults();
app.MapLoginApi();
app.MapIntrospectionApi();
await app.RunAsync();
return 0;
