using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.Accounts;

/// <summary>What Accounts consists of.</summary>
internal static class Extensions
{
    /// <summary>Adds users, tokens and the throttle of logins. Comes before <c>AddApiDefaults</c>, which would ask a remote Accounts for tokens.</summary>
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.AddDatabase<AccountsDb>("accountsdb");
        builder.Services.AddOptions<AccountsOptions>().BindConfiguration("Accounts").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Passwords>();
        builder.Services.AddScoped<Tokens>();
        builder.Services.AddScoped<ITokenIntrospector>(services => services.GetRequiredService<Tokens>());
        builder.Services.AddScoped<LoginThrottle>();
        builder.Services.AddHostedService<Housekeeping>();
    }

    /// <summary>The verb <c>migrate</c>: the schema, and the users that services are; in development it adds the demo users as well.</summary>
    public static async Task<int> MigrateAccountsAsync(this WebApplication app)
    {
        await app.MigrateAsync<AccountsDb>();
        if (app.Environment.IsDevelopment())
            await app.AddDemoUsersAsync();
        await app.AddServiceUsersAsync();
        return 0;
    }
}

/// <summary>How this API words its errors.</summary>
internal static class AccountsErrors
{
    /// <summary><c>{"detail":"…"}</c>.</summary>
    public static ErrorForm Form { get; } = ErrorForm.Detail with { Unauthorized = "不正确的身份认证信息。" };
}
