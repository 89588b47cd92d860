using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.Accounts.Infrastructure.Sms;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts;

/// <summary>What Accounts consists of.</summary>
internal static class Extensions
{
    /// <summary>Adds users, tokens, verification codes and the audit trail. Comes before <c>AddApiDefaults</c>, which would ask a remote Accounts for tokens.</summary>
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.AddDatabase<AccountsDb>("accountsdb");
        builder.Services.AddOptions<AccountsOptions>().BindConfiguration("Accounts").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<AuditOptions>().BindConfiguration("Audit").ValidateDataAnnotations().ValidateOnStart();
        builder.AddSms();
        builder.Services.AddSingleton<Passwords>();
        builder.Services.AddScoped<Tokens>();
        builder.Services.AddScoped<ITokenIntrospector>(services => services.GetRequiredService<Tokens>());
        builder.Services.AddScoped<LoginThrottle>();
        builder.Services.AddScoped<Logins>();
        builder.Services.AddScoped<MobileCodes>();
        builder.Services.AddScoped<AuditTrail>();
        builder.Services.AddScoped<UserChanges>();
        builder.Services.AddHostedService<Housekeeping>();
    }

    /// <summary>Where all its endpoints for others are: what they are given is checked.</summary>
    public static RouteGroupBuilder MapAccounts(this IEndpointRouteBuilder app) => app.MapGroup("/api").AddEndpointFilter(Validation.FilterAsync);

    /// <summary>The verb <c>migrate</c>: the schema, the users that services are, and an administrator where there is none; in development it adds the demo users as well.</summary>
    public static async Task<int> MigrateAccountsAsync(this WebApplication app)
    {
        await app.MigrateAsync<AccountsDb>();
        if (app.Environment.IsDevelopment())
            await app.AddDemoUsersAsync();
        await app.AddServiceUsersAsync();
        await app.AddAdministratorAsync();
        return 0;
    }

    private static void AddSms(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SmsOptions>().BindConfiguration("Sms").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<HttpSmsSender>();
        builder.Services.AddSingleton<LogSmsSender>();
        builder.Services.AddSingleton<ISmsSender>(services =>
            services.GetRequiredService<IOptions<SmsOptions>>().Value.Endpoint is not null ? services.GetRequiredService<HttpSmsSender>()
            : builder.Environment.IsDevelopment() ? services.GetRequiredService<LogSmsSender>()
            : new NoSmsSender());
    }
}

/// <summary>How this API words its errors.</summary>
internal static class AccountsErrors
{
    /// <summary><c>{"detail":"…"}</c>.</summary>
    public static ErrorForm Form { get; } = ErrorForm.Detail with { Unauthorized = "不正确的身份认证信息。", Forbidden = "您没有执行该操作的权限。" };
}
