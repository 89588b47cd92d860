using EmptyNumber.AudioClassifier;
using EmptyNumber.AudioClassifier.Apis;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.ServiceDefaults;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Errors;

if (args is ["evaluate", ..])
    return await Evaluate.RunAsync(args[1..]);
if (args is ["group", ..])
    return await Group.RunAsync(args[1..]);

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApiDefaults(ErrorForm.Envelope);
builder.AddAudioClassifier();

var app = builder.Build();
if (args is ["migrate", ..])
{
    await app.MigrateAsync<ClassifierDb>();
    return await app.ImportPackAsync();
}

if (args is ["export" or "import", ..])
    return await app.RunPackVerbAsync(args);

app.UseServiceDefaults();
app.MapClassifyApi();
app.MapAnnouncementsApi();
app.MapUnknownApi();
await app.RunAsync();
return 0;
